import * as z from 'zod';
import type { Key64 } from './key64.ts';
import { SnapshotLayout } from './layout.ts';

/** One immutable part: its KV key carries the hash of its content. */
export const PartRef = z.object({
  key: z.string(),
  bytes: z.int().min(0),
  /** Lowest 64-bit key the part answers for, [signed high, unsigned low]; of a catalogue, [0, first item]. */
  from: z.tuple([z.int(), z.int().min(0)]),
});
export type PartRef = z.infer<typeof PartRef>;

/** Every table a snapshot may hold; the optional ones are missing where there is nothing to put into them. */
export const TABLES = [
  'users',
  'similar',
  'pairs',
  'popular',
  'product_index',
  'catalogue',
  'customer_alias',
  'shelves',
] as const;
export type TableName = (typeof TABLES)[number];

export const DOCUMENTS = [
  'places',
  'analytics_pairs',
  'analytics_products',
  'analytics_segments',
  'analytics_metrics',
] as const;
export type DocumentName = (typeof DOCUMENTS)[number];

const parts = z.array(PartRef);

/**
 * Names the parts of one snapshot. KV key: manifestKey(snapshot_id). Readers pass over fields they do not
 * know, and do without optional ones: tables and documents can be added without a new format.
 */
export const Manifest = z.object({
  format: z.int(),
  snapshot_id: z.int(),
  run_id: z.string(),
  /** When the snapshot was made, ISO 8601. */
  generated_at: z.string(),
  /** Newest order the snapshot knows of, ISO 8601. */
  data_until: z.string().nullable(),
  engine: z.enum(['aws', 'embedded']),
  score_kind: z.enum(['probability', 'relative']),
  layout: SnapshotLayout,
  counts: z.record(z.string(), z.number()),
  /** Parts of each table in ascending order of `from`. */
  tables: z.object({
    users: parts,
    similar: parts,
    pairs: parts,
    popular: parts,
    product_index: parts,
    catalogue: parts,
    customer_alias: parts.optional(),
    /** Of a catalogue too large for one part: where each card stands. */
    shelves: parts.optional(),
  }),
  documents: z.object({
    places: PartRef,
    analytics_pairs: PartRef,
    analytics_products: PartRef.optional(),
    analytics_segments: PartRef.optional(),
    analytics_metrics: PartRef.optional(),
  }),
  /** Systems whose ids of customers the aliases know. */
  id_sources: z.array(z.string()).default([]),
});
export type Manifest = z.infer<typeof Manifest>;

/** Every part the manifest names. */
export function partsOf({ tables, documents }: Manifest): PartRef[] {
  return [...Object.values(tables).flat(), ...Object.values(documents)].filter((ref) => ref !== undefined);
}

/** The one mutable key: which snapshot readers see. Written last. */
export const Pointer = z.object({
  live: z.int(),
  previous: z.int().nullable(),
  generation: z.int(),
  published_at: z.string(),
});
export type Pointer = z.infer<typeof Pointer>;

export const POINTER_KEY = 'snapshot/pointer';

export function manifestKey(snapshotId: number): string {
  return `snapshot/manifest/${snapshotId}`;
}

/** @param contentHash first 32 hexadecimal digits of the SHA-256 of the framed part */
export function partKey(contentHash: string): string {
  return `snapshot/part/${contentHash}`;
}

/** The part that answers for a key: the last one that begins at or below it, or null. O(log parts). */
export function partFor(parts: readonly PartRef[], key: Key64): PartRef | null {
  let from = 0;
  let to = parts.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const [high, low] = (parts[middle] as PartRef).from;
    if (high < key.high || (high === key.high && low <= key.low)) from = middle + 1;
    else to = middle;
  }
  return parts[from - 1] ?? null;
}
