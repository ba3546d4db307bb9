import * as z from 'zod';
import { framePart, openPart } from '../snapshot/frame.ts';

/** The KV key of what changed of products since the snapshot; `sync` is its only writer. */
export const AVAILABILITY_KEY = 'sync/availability';

/** [item number, whether it can be bought now: 0 or 1, its price now, or null when it has not changed]. */
const Change = z.tuple([z.int().min(1), z.union([z.literal(0), z.literal(1)]), z.number().min(0).nullable()]);

/** Products that are sold out, back, or at another price than in the live snapshot's catalogue. */
export const AvailabilityDocument = z.object({
  format: z.literal(1),
  /** Grows with every write. */
  version: z.int().min(0),
  /** When the products were read, ISO 8601. */
  as_of: z.string(),
  changes: z.array(Change),
});
export type AvailabilityDocument = z.infer<typeof AvailabilityDocument>;

export interface ProductChange {
  readonly available: boolean;
  /** Null: as in the catalogue. */
  readonly price: number | null;
}

/** The opened document: what changed, by item number. */
export interface Availability {
  readonly version: number;
  readonly changes: ReadonlyMap<number, ProductChange>;
}

export function encodeAvailability(document: AvailabilityDocument): Uint8Array {
  return framePart('document', new TextEncoder().encode(JSON.stringify(document)));
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Throws CorruptPartError, or ZodError or SyntaxError for a document of another shape. */
export function openAvailability(bytes: Uint8Array): Availability {
  const text = decoder.decode(openPart('document', bytes));
  const { version, changes } = AvailabilityDocument.parse(JSON.parse(text));
  return {
    version,
    changes: new Map(
      changes.map(([item, available, price]) => [item, { available: available === 1, price }]),
    ),
  };
}
