import type { PairTable } from '../evidence/pairs.ts';
import type { PurchaseReader } from '../evidence/purchases.ts';

/** Below so many shared orders a pair is no reason to give to a person. */
const REASON_SUPPORT = 2;

/** Finds which purchase of one customer goes best with an item, one customer at a time. */
interface ReasonFinder {
  /** Takes in the latest `bought` purchases of the reader's customer. */
  prepare(purchases: PurchaseReader, bought: number): void;
  /** Position among those purchases of the strongest co-purchase with the item, or null. */
  reference(item: number): number | null;
}

/** O(purchases × pairs an item) to prepare, O(1) an answer, no allocation. */
export function createReasonFinder(pairs: PairTable): ReasonFinder {
  const size = pairs.starts.length - 1;
  const strengths = new Float32Array(size);
  const references = new Uint8Array(size);
  const touched = new Uint32Array(size);
  let found = 0;
  return {
    prepare(purchases, bought) {
      for (let i = 0; i < found; i++) strengths[touched[i] as number] = 0;
      found = 0;
      for (let position = 0; position < bought; position++) {
        const item = purchases.items[position] as number;
        const end = pairs.starts[item + 1] as number;
        for (let at = pairs.starts[item] as number; at < end; at++) {
          if ((pairs.supports[at] as number) < REASON_SUPPORT) continue;
          const other = pairs.items[at] as number;
          const strength = pairs.strengths[at] as number;
          const before = strengths[other] as number;
          if (strength <= before) continue;
          if (before === 0) touched[found++] = other;
          strengths[other] = strength;
          references[other] = position;
        }
      }
    },
    reference: (item) => ((strengths[item] ?? 0) > 0 ? (references[item] as number) : null),
  };
}
