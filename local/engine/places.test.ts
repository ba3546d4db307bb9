import { describe, expect, it } from 'vitest';
import type { Interactions } from './interactions.ts';
import { LEADERS, placeSales } from './places.ts';
import { createRandom } from './random.ts';
import { atOnce } from './turns.ts';

const DAY = 86_400;
const NOW = 1_700_000_000;
const USERS = 30;

function randomShop(itemCount: number): { interactions: Interactions; codes: Int32Array } {
  const random = createRandom(5);
  const length = 400;
  const interactions: Interactions = {
    userCount: USERS,
    itemCount,
    length,
    users: Int32Array.from({ length }, () => Math.floor(random() * USERS)),
    items: Int32Array.from({ length }, () => Math.floor(random() * itemCount)),
    times: Uint32Array.from({ length }, () => NOW - Math.floor(random() * 60) * DAY),
    timeKind: 'seconds',
  };
  return { interactions, codes: Int32Array.from({ length: USERS }, (_, user) => (user % 5) - 1) };
}

/** Decayed sales of an item in a place, the slow way. */
function soldIn(shop: ReturnType<typeof randomShop>, code: number, item: number): number {
  const { users, items, times, length } = shop.interactions;
  let sum = 0;
  for (let row = 0; row < length; row += 1) {
    if (shop.codes[users[row] as number] !== code || items[row] !== item) continue;
    sum += 2 ** (-(NOW - (times[row] as number)) / DAY / 28);
  }
  return sum;
}

describe('sales by place', () => {
  // The larger assortment does not fit one block of places.
  it.each([20, 6_000_000])('of %i items are those of the users who live there', (itemCount) => {
    const shop = randomShop(itemCount);
    const { interactions, codes } = shop;
    const attribute = { name: 'city', codes };
    const { rows, total } = atOnce(placeSales({ interactions, part: null, now: NOW, attribute }));
    for (let code = 0; code < 4; code += 1) {
      const [from, to] = [rows.start[code] as number, rows.start[code + 1] as number];
      const wanted = new Set(
        [...interactions.items].filter((_, row) => codes[interactions.users[row] as number] === code),
      );
      expect(new Set(rows.target.subarray(from, to))).toEqual(wanted);
      expect(to - from).toBe(wanted.size);
      let sum = 0;
      for (let at = from; at < to; at += 1) {
        const sold = soldIn(shop, code, rows.target[at] as number);
        expect(rows.weight[at]).toBeCloseTo(sold, 4);
        sum += sold;
      }
      expect(total[code]).toBeCloseTo(sum, 2);
    }
  });

  it('name what sells best first among the leaders of a place', () => {
    const shop = randomShop(20);
    const attribute = { name: 'city', codes: shop.codes };
    const { leaders } = atOnce(
      placeSales({ interactions: shop.interactions, part: null, now: NOW, attribute }),
    );
    const first = [...leaders.subarray(0, LEADERS)].filter((item) => item >= 0);
    const sold = first.map((item) => soldIn(shop, 0, item));
    expect(sold).toEqual([...sold].sort((left, right) => right - left));
    expect(sold.length).toBeGreaterThan(10);
  });
});
