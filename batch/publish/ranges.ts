import type { Key64 } from '../../shared/snapshot/key64.ts';
import type { PartRef } from '../../shared/snapshot/manifest.ts';

/** Deals keys out to parts by fixed borders, so that one record more changes one part only. */
export interface Ranges {
  rangeOf(key: Key64): number;
  /** Lowest key of a range; the first range begins at the lowest key there is. */
  from(range: number): PartRef['from'];
}

const HALF = 2 ** 31;
const WHOLE = 2 ** 32;
const LOWEST: PartRef['from'] = [-HALF, 0];

/** `count` equal ranges of all 64-bit keys: hashed keys fill them evenly. The upper halves decide. */
export function uniformRanges(count: number): Ranges {
  return {
    rangeOf: ({ high }) => Math.floor(((high + HALF) * count) / WHOLE),
    from: (range) => [Math.ceil((range * WHOLE) / count) - HALF, 0],
  };
}

/** A table of which a request reads several keys: one part that every isolate keeps, while it is small enough. */
const WHOLE_BYTES = 4_000_000;
/** Else parts so small that a few of them cost less than one large one. */
const SMALL_BYTES = 256_000;

/** Ranges of hashed keys that one request may read several of: of the index and of the popular lists. */
export function sharedRanges(records: number, recordBytes: number): Ranges {
  const whole = records * (recordBytes + 8) <= WHOLE_BYTES;
  return uniformRanges(partsFor(records, recordBytes, whole ? WHOLE_BYTES : SMALL_BYTES));
}

/** Ranges of `size` numbers each, for keys that are small numbers such as item numbers. */
export function numberRanges(size: number): Ranges {
  return {
    rangeOf: ({ low }) => Math.floor(low / size),
    from: (range) => (range === 0 ? LOWEST : [0, range * size]),
  };
}

/** Parts needed to hold `records` of that width at about `targetBytes` a part. */
export function partsFor(records: number, recordBytes: number, targetBytes: number): number {
  return Math.max(1, Math.ceil((records * (recordBytes + 8)) / targetBytes));
}
