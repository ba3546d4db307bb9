import type { UserFacts } from './facts.ts';
import type { Interactions } from './interactions.ts';
import { createRandom, sampleWithoutReplacement } from './random.ts';

/** A shop of some of the users with everything they bought; all the items stay. */
export interface SampledShop {
  readonly interactions: Interactions;
  readonly userFacts: UserFacts | undefined;
}

/**
 * At most `most` users, drawn by the seed and numbered anew. The shop itself when it has no more:
 * weights are learnt from a sample because they are few, lists are made for everybody.
 */
export function sampleUsers(shop: SampledShop, most: number, seed: number): SampledShop {
  const { interactions, userFacts } = shop;
  if (interactions.userCount <= most) return shop;
  const everybody = Int32Array.from({ length: interactions.userCount }, (_, user) => user);
  const chosen = sampleWithoutReplacement(everybody, most, createRandom(seed)).sort();
  const numberOf = new Int32Array(interactions.userCount).fill(-1);
  for (let number = 0; number < chosen.length; number += 1) numberOf[chosen[number] as number] = number;
  return {
    interactions: rowsOf(interactions, numberOf, most),
    userFacts: userFacts && {
      attributes: userFacts.attributes.map(({ name, codes }) => ({
        name,
        codes: chosen.map((user) => codes[user] ?? -1),
      })),
    },
  };
}

function rowsOf(interactions: Interactions, numberOf: Int32Array, userCount: number): Interactions {
  const { length } = interactions;
  let kept = 0;
  for (let row = 0; row < length; row += 1) {
    if ((numberOf[interactions.users[row] as number] as number) >= 0) kept += 1;
  }
  const users = new Int32Array(kept);
  const items = new Int32Array(kept);
  const times = new Uint32Array(kept);
  let at = 0;
  for (let row = 0; row < length; row += 1) {
    const number = numberOf[interactions.users[row] as number] as number;
    if (number < 0) continue;
    users[at] = number;
    items[at] = interactions.items[row] as number;
    times[at] = interactions.times[row] as number;
    at += 1;
  }
  return { ...interactions, userCount, length: kept, users, items, times };
}
