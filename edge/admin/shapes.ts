import * as z from 'zod';
import { whole } from '../../shared/api/query.ts';
import { lazily } from '../../shared/lazily.ts';
import { LONGEST_DRILL_SECONDS } from '../../shared/rules/drillFaults.ts';
import { RuleDraft } from '../../shared/rules/rule.ts';
import { DrillOrder } from '../drill/drillTicket.ts';
import { ROLES } from './roles.ts';

/** Who the token belongs to. */
export const AdminIdentity = lazily(() => z.object({ name: z.string(), role: z.enum(ROLES) }));
export type AdminIdentity = z.infer<ReturnType<typeof AdminIdentity>>;

/** A rule as it was written, and by whom. */
export const RuleEntry = lazily(() =>
  z.object({
    id: z.string(),
    rule: RuleDraft(),
    created_by: z.string(),
    created_at: z.string(),
    updated_by: z.string(),
    updated_at: z.string(),
  }),
);
export type RuleEntry = z.infer<ReturnType<typeof RuleEntry>>;

/** If-Match: the version of the rules that was seen. */
export const VERSION_TAG = /^(?:W\/)?"(\d{1,15})"$/;

/** All rules at one version, which is the ETag too. */
export const RulesAnswer = lazily(() =>
  z.object({
    version: z.int(),
    rules: z.array(RuleEntry()),
    /** The version KV holds; null: it cannot be read. */
    mirrored_version: z.int().nullable(),
  }),
);
export type RulesAnswer = z.infer<ReturnType<typeof RulesAnswer>>;

export const RuleSaved = lazily(() =>
  z.object({
    id: z.string(),
    /** Of all rules, after the change. */
    version: z.int(),
    /** Null: it was deleted. */
    rule: RuleDraft().nullable(),
    unknown_products: z.array(z.string()),
    /** Pending: saved, but KV did not take it yet; the Worker goes on trying. */
    mirror: z.enum(['written', 'pending']),
  }),
);
export type RuleSaved = z.infer<ReturnType<typeof RuleSaved>>;

/** What a change would do: a new rule, another one in the place of `id`, or with null none in its place. */
export const RulePreviewQuestion = lazily(() =>
  z.strictObject({
    id: z.string().nullable().default(null),
    rule: RuleDraft().nullable(),
  }),
);
export type RulePreviewQuestion = z.infer<ReturnType<typeof RulePreviewQuestion>>;

/** How many of the sampled lists show another first page. */
export const Blast = lazily(() =>
  z.object({
    sampled: z.int(),
    changed: z.int(),
    /** changed / sampled; null when nothing was sampled. */
    share: z.number().nullable(),
  }),
);
export type Blast = z.infer<ReturnType<typeof Blast>>;

export const RulePreview = lazily(() =>
  z.object({
    snapshot: z.int(),
    /** The version of the rules it was compared with. */
    version: z.int(),
    unknown_products: z.array(z.string()),
    lists: Blast(),
    similar: Blast(),
    popular_places: Blast(),
  }),
);
export type RulePreview = z.infer<ReturnType<typeof RulePreview>>;

export const SnapshotEntry = lazily(() =>
  z.object({
    snapshot_id: z.int(),
    state: z.string(),
    engine: z.string(),
    format: z.int().nullable(),
    created_at: z.string(),
    published_at: z.string().nullable(),
    data_until: z.string().nullable(),
    counts: z.record(z.string(), z.unknown()),
    live: z.boolean(),
    previous: z.boolean(),
    purge_requested_at: z.string().nullable(),
    purge_requested_by: z.string().nullable(),
  }),
);
export type SnapshotEntry = z.infer<ReturnType<typeof SnapshotEntry>>;
export const SnapshotsAnswer = lazily(() => z.object({ snapshots: z.array(SnapshotEntry()) }));
export type SnapshotsAnswer = z.infer<ReturnType<typeof SnapshotsAnswer>>;

/** Without `to`: the snapshot before the live one. */
export const RollbackOrder = lazily(() =>
  z.strictObject({
    to: z.int().min(1).max(2_147_483_647).nullable().default(null),
  }),
);
export const PurgeAnswer = lazily(() => z.object({ snapshot: z.int(), purge: z.string() }));
export type PurgeAnswer = z.infer<ReturnType<typeof PurgeAnswer>>;

export const AuditQuery = lazily(() =>
  z.object({
    limit: whole(1, 200).optional(),
    /** An audit_id; its page begins after it. */
    before: whole(1, 999_999_999_999_999).optional(),
  }),
);
export const AuditEntry = lazily(() =>
  z.object({
    audit_id: z.int(),
    happened_at: z.string(),
    actor: z.string(),
    role: z.string(),
    action: z.string(),
    subject: z.string(),
    before: z.unknown(),
    after: z.unknown(),
  }),
);
export type AuditEntry = z.infer<ReturnType<typeof AuditEntry>>;
export const AuditAnswer = lazily(() => z.object({ entries: z.array(AuditEntry()) }));
export type AuditAnswer = z.infer<ReturnType<typeof AuditAnswer>>;

export const DrillCommand = lazily(() =>
  z
    .strictObject({
      faults: DrillOrder,
      seconds: z.int().min(1).max(LONGEST_DRILL_SECONDS).default(LONGEST_DRILL_SECONDS),
      /** `requests`: only those that carry the header given back. `shop`: every shopper's. */
      scope: z.enum(['requests', 'shop']).default('requests'),
      confirm: z.boolean().default(false),
    })
    // What the route asks of a drill of the shop, for the document.
    .meta({
      if: { properties: { scope: { const: 'shop' } }, required: ['scope'] },
      // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
      then: { properties: { confirm: { const: true }, faults: { type: 'object' } }, required: ['confirm'] },
    }),
);
export const DrillAnswer = lazily(() =>
  z.object({
    scope: z.enum(['requests', 'shop']),
    /** When it is over, ISO 8601; null: it is. */
    until: z.string().nullable(),
    /** Of `requests`: the header that makes a request part of it. */
    header: z.string().optional(),
    value: z.string().optional(),
    /** Of one that was ended: `pending` while KV does not take it, which the Worker goes on trying. */
    mirror: z.enum(['written', 'pending']).optional(),
  }),
);
export type DrillAnswer = z.infer<ReturnType<typeof DrillAnswer>>;
