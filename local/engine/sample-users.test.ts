import { describe, expect, it } from 'vitest';
import type { Interactions } from './interactions.ts';
import { sampleUsers } from './sample-users.ts';

/** User u buys item i at time 100 u + i, for every i < 3. */
function shopOf(userCount: number): { interactions: Interactions; codes: Int32Array } {
  const length = 3 * userCount;
  const interactions: Interactions = {
    userCount,
    itemCount: 3,
    length,
    users: Int32Array.from({ length }, (_, row) => row % userCount),
    items: Int32Array.from({ length }, (_, row) => Math.floor(row / userCount)),
    times: Uint32Array.from(
      { length },
      (_, row) => 1_000_000_000 + 100 * (row % userCount) + Math.floor(row / userCount),
    ),
    timeKind: 'seconds',
  };
  return { interactions, codes: Int32Array.from({ length: userCount }, (_, user) => 7 * user) };
}

describe('a sample of users', () => {
  it('keeps everything the chosen ones bought, and what is known of them', () => {
    const { interactions, codes } = shopOf(50);
    const sampled = sampleUsers(
      { interactions, userFacts: { attributes: [{ name: 'city', codes }] } },
      20,
      1,
    );
    expect(sampled.interactions).toMatchObject({ userCount: 20, itemCount: 3, length: 60 });
    const place = sampled.userFacts?.attributes[0]?.codes ?? new Int32Array(0);
    for (let row = 0; row < 60; row += 1) {
      const user = sampled.interactions.users[row] as number;
      const original = (place[user] as number) / 7;
      expect(sampled.interactions.times[row]).toBe(
        1_000_000_000 + 100 * original + (sampled.interactions.items[row] as number),
      );
    }
    expect(new Set(sampled.interactions.users).size).toBe(20);
  });

  it('is the same for the same seed, and the shop itself when that is small', () => {
    const shop = { interactions: shopOf(50).interactions, userFacts: undefined };
    expect(sampleUsers(shop, 20, 4)).toEqual(sampleUsers(shop, 20, 4));
    expect(sampleUsers(shop, 50, 4)).toBe(shop);
  });
});
