import * as z from 'zod';
import { ScoreKind, Source } from './recommendation.ts';

/** How one store has done in this isolate since it started. */
export const StoreHealth = z.object({
  /** `skipped`: after repeated failures it is not asked for some seconds. `off`: not configured. */
  state: z.enum(['ok', 'skipped', 'off']),
  reads: z.int(),
  errors: z.int(),
  timeouts: z.int(),
  missing: z.int(),
  corrupt: z.int(),
  skipped: z.int(),
  last_error: z.string().nullable(),
});
export type StoreHealth = z.infer<typeof StoreHealth>;

const PersonalLists = z.object({ on: z.boolean(), why: z.string().nullable() });

/** What everybody may know of the service: that it works, which version, how fresh, how much it covers. */
export const PublicStatus = z.object({
  status: z.enum(['ok', 'degraded']),
  /** What is deployed. */
  version: z.string(),
  /** Formats of snapshots it reads: the batch publishes no other. */
  snapshot_formats: z.array(z.int()),
  /** The store that answers now. */
  source: Source,
  snapshot: z.int().nullable(),
  generated_at: z.string().nullable(),
  /** Newest order the snapshot knows of. */
  data_until: z.string().nullable(),
  /** Shares of customers, products and the catalogue, 0 … 1; null where the snapshot does not say. */
  coverage: z.object({
    customers: z.number().nullable(),
    products: z.number().nullable(),
    catalogue: z.number().nullable(),
  }),
});
export type PublicStatus = z.infer<typeof PublicStatus>;

const StatusDetails = z.object({
  score_kind: ScoreKind.nullable(),
  counts: z.record(z.string(), z.number()),
  personal_lists: PersonalLists,
  stores: z.object({ kv: StoreHealth, postgres: StoreHealth }),
  memory: z.object({ parts: z.int(), bytes: z.int(), limit_bytes: z.int() }),
  defaults: z.object({ generated_at: z.string().nullable(), products: z.int() }),
  problems: z.array(z.string()),
});

/** Answer of /api/v1/personalize/status to a read key with the scope `analytics`. */
export const StatusAnswer = PublicStatus.extend(StatusDetails.shape);
export type StatusAnswer = z.infer<typeof StatusAnswer>;

/** Answer of /api/v1/personalize/status: the details only for who may see them. */
export const AnyStatusAnswer = PublicStatus.extend(StatusDetails.partial().shape);

/** Answer of /health/live. */
export const LiveAnswer = z.object({ status: z.literal('healthy') });
export type LiveAnswer = z.infer<typeof LiveAnswer>;

/** Answer of /health/ready, 200: the snapshots can be read. */
export const ReadyAnswer = z.object({ status: z.literal('ready'), source: Source });
export type ReadyAnswer = z.infer<typeof ReadyAnswer>;

/** Answer of /health: 200 as long as the Worker answers, from whatever store. */
export const HealthAnswer = z.object({
  status: z.literal('healthy'),
  source: Source,
  snapshot: z.int().nullable(),
  personal_lists: PersonalLists,
  problems: z.array(z.string()),
});
export type HealthAnswer = z.infer<typeof HealthAnswer>;
