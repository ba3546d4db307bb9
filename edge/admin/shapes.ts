import * as z from 'zod';
import { whole } from '../../shared/api/query.ts';
import { StatusAnswer } from '../../shared/api/status.ts';
import { LONGEST_DRILL_SECONDS } from '../../shared/rules/drillFaults.ts';
import { RuleDraft } from '../../shared/rules/rule.ts';
import { DrillOrder } from '../drill/drillTicket.ts';
import { ROLES } from './roles.ts';

/** Who the token belongs to. */
export const AdminIdentity = z.object({ name: z.string(), role: z.enum(ROLES) });
export type AdminIdentity = z.infer<typeof AdminIdentity>;

/** A rule as it was written, and by whom. */
export const RuleEntry = z.object({
  id: z.string(),
  rule: RuleDraft,
  created_by: z.string(),
  created_at: z.string(),
  updated_by: z.string(),
  updated_at: z.string(),
});
export type RuleEntry = z.infer<typeof RuleEntry>;

/** If-Match: the version of the rules that was seen. */
export const VERSION_TAG = /^(?:W\/)?"(\d{1,15})"$/;

/** All rules at one version, which is the ETag too. */
export const RulesAnswer = z.object({
  version: z.int(),
  rules: z.array(RuleEntry),
  /** The version KV holds; null: it cannot be read. */
  mirrored_version: z.int().nullable(),
});
export type RulesAnswer = z.infer<typeof RulesAnswer>;

export const RuleSaved = z.object({
  id: z.string(),
  /** Of all rules, after the change. */
  version: z.int(),
  /** Null: it was deleted. */
  rule: RuleDraft.nullable(),
  unknown_products: z.array(z.string()),
  /** Pending: saved, but KV did not take it yet; the Worker goes on trying. */
  mirror: z.enum(['written', 'pending']),
});
export type RuleSaved = z.infer<typeof RuleSaved>;

/** What a change would do: a new rule, another one in the place of `id`, or with null none in its place. */
export const RulePreviewQuestion = z.strictObject({
  id: z.string().nullable().default(null),
  rule: RuleDraft.nullable(),
});
export type RulePreviewQuestion = z.infer<typeof RulePreviewQuestion>;

/** How many of the sampled lists show another first page. */
export const Blast = z.object({
  sampled: z.int(),
  changed: z.int(),
  /** changed / sampled; null when nothing was sampled. */
  share: z.number().nullable(),
});
export type Blast = z.infer<typeof Blast>;

export const RulePreview = z.object({
  snapshot: z.int(),
  /** The version of the rules it was compared with. */
  version: z.int(),
  unknown_products: z.array(z.string()),
  lists: Blast,
  similar: Blast,
  popular_places: Blast,
});
export type RulePreview = z.infer<typeof RulePreview>;

export const SnapshotEntry = z.object({
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
});
export type SnapshotEntry = z.infer<typeof SnapshotEntry>;
export const SnapshotsAnswer = z.object({ snapshots: z.array(SnapshotEntry) });
export type SnapshotsAnswer = z.infer<typeof SnapshotsAnswer>;

/** Without `to`: the snapshot before the live one. */
export const RollbackOrder = z.strictObject({
  to: z.int().min(1).max(2_147_483_647).nullable().default(null),
});
export const PurgeAnswer = z.object({ snapshot: z.int(), purge: z.string() });
export type PurgeAnswer = z.infer<typeof PurgeAnswer>;

export const AuditQuery = z.object({
  limit: whole(1, 200).optional(),
  /** An audit_id; its page begins after it. */
  before: whole(1, 999_999_999_999_999).optional(),
});
export const AuditEntry = z.object({
  audit_id: z.int(),
  happened_at: z.string(),
  actor: z.string(),
  role: z.string(),
  action: z.string(),
  subject: z.string(),
  before: z.unknown(),
  after: z.unknown(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;
export const AuditAnswer = z.object({ entries: z.array(AuditEntry) });
export type AuditAnswer = z.infer<typeof AuditAnswer>;

/** Everything that is known of the service, and how this isolate did lately; null: too few answers to tell. */
export const AdminStatus = StatusAnswer.extend({
  rates: z.object({
    answers: z.int(),
    fallback: z.number().nullable(),
    unknown_ids: z.number().nullable(),
    degraded: z.number().nullable(),
  }),
});
export type AdminStatus = z.infer<typeof AdminStatus>;

export const DrillCommand = z
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
  });
export const DrillAnswer = z.object({
  scope: z.enum(['requests', 'shop']),
  /** When it is over, ISO 8601; null: it is. */
  until: z.string().nullable(),
  /** Of `requests`: the header that makes a request part of it. */
  header: z.string().optional(),
  value: z.string().optional(),
});
export type DrillAnswer = z.infer<typeof DrillAnswer>;
