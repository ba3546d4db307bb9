import * as z from 'zod';

const atMost31 = z.int().min(0).max(31);
const atMost255 = z.int().min(0).max(255);
const capacity = z.int().min(1).max(255);

/** Lengths and widths of a snapshot's records; written into its manifest and its row in Postgres. */
export const SnapshotLayout = z.object({
  item_width: z.union([z.literal(2), z.literal(3)]),
  user_recommendations: capacity,
  user_affinity: atMost255,
  user_bought: atMost31,
  /** Purchases, the latest first, whose cycle is known; none in snapshots made before there were any. */
  user_cycles: atMost31.default(0),
  /** Capacities of the item lists. */
  similar: capacity,
  pairs: capacity,
  popular: capacity,
});
export type SnapshotLayout = z.infer<typeof SnapshotLayout>;

/** 50 recommendations, 20 affinity items, 16 purchases with their cycles: 296 bytes a user below 65,536 products. */
export const DEFAULT_LENGTHS = {
  user_recommendations: 50,
  user_affinity: 20,
  user_bought: 16,
  user_cycles: 16,
  similar: 50,
  pairs: 20,
  popular: 100,
} as const;
