import type { ItemAffinityModel, RankedList } from './model.ts';
import { createTopK, pushTopK, sortTopK } from './top-k.ts';

interface SetSegment {
  /** Different item indexes. */
  readonly items: readonly number[];
  readonly k: number;
  /** By user, 0 = never; null: anyone. */
  readonly userMask: Uint8Array | null;
}

/** What holding each item is worth for the set: Σ over its items i of weight(j → i), and own(i) for i itself. */
function worthOf({ sources, ownWeight, history }: ItemAffinityModel, items: readonly number[]): Float64Array {
  const worth = new Float64Array(history.itemCount);
  for (const item of items) {
    worth[item] = (worth[item] as number) + (ownWeight[item] as number);
    for (let at = item * sources.width; at < (item + 1) * sources.width; at += 1) {
      const source = sources.sources[at] as number;
      if (source < 0) break;
      const weight = sources.weights[at] as number;
      if (weight > 0) worth[source] = (worth[source] as number) + weight;
    }
  }
  return worth;
}

/**
 * The users most likely to buy any item of a set (item-attribute-affinity): the sum over its items of what
 * segments.ts scores for one,
 *   score(u, S) = size(u)^-e · Σ over j that u holds of Σ over i in S of weight(j → i), own(i) where j = i.
 * One pass over all purchases.
 */
export function segmentForSet(model: ItemAffinityModel, { items, k, userMask }: SetSegment): RankedList {
  const { userScale, history } = model;
  const worth = worthOf(model, items);
  const top = createTopK(Math.min(k, history.userCount));
  for (let user = 0; user < history.userCount; user += 1) {
    if (userMask !== null && userMask[user] !== 1) continue;
    let sum = 0;
    const end = history.start[user + 1] as number;
    for (let entry = history.start[user] as number; entry < end; entry += 1) {
      sum += worth[history.item[entry] as number] as number;
    }
    if (sum > 0) pushTopK(top, user, sum * (userScale[user] as number));
  }
  sortTopK(top);
  return { ids: top.ids.slice(0, top.size), scores: Float32Array.from(top.scores.subarray(0, top.size)) };
}
