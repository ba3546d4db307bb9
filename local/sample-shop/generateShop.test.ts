import { describe, expect, test } from 'vitest';
import { WINDOW_DAYS } from './calendar.ts';
import { generateShop, type Shop } from './generateShop.ts';
import { measureShop, type ShopStatistics } from './measure.ts';
import type { ShopRequest } from './request.ts';

const DAY_MS = 86_400_000;
const until = '2026-03-01';

function statisticsOf(request: ShopRequest): ShopStatistics {
  const shop = generateShop({ until, ...request });
  const { see, statistics } = measureShop(shop);
  for (const order of shop.orders()) see(order);
  return statistics();
}

function lineCount(shop: Shop): number {
  let lines = 0;
  for (const order of shop.orders()) lines += order.lines.length;
  return lines;
}

describe('the size of a generated shop', () => {
  test.each([
    { users: 1, items: 1, lines: 1 },
    { users: 1, items: 1, lines: 40 },
    { users: 30, items: 7, lines: 30 },
    { users: 100, items: 60, lines: 5_000 },
    { users: 500, items: 1_200, lines: 4_000, seed: 9 },
  ])('is exactly what was asked for: $users users, $items items, $lines lines', (request) => {
    const shop = generateShop({ until, ...request });
    expect([...shop.customers()]).toHaveLength(request.users);
    expect([...shop.products()]).toHaveLength(request.items);
    expect(lineCount(shop)).toBe(request.lines);
  });

  test('counts only customers who ordered, and products that sold', () => {
    const { customers, products } = statisticsOf({ users: 1_500, items: 300 });
    expect({ customers, products }).toEqual({ customers: 1_500, products: 300 });
  });

  test('follows the target shop where lines are not given', () => {
    expect(lineCount(generateShop({ users: 1_000, items: 100, until }))).toBe(10_924);
  });

  test('is refused where a customer would be left without an order', () => {
    expect(() => generateShop({ users: 10, lines: 9 })).toThrow('lines (9) must be at least users (10)');
    expect(() => generateShop({ users: 0 })).toThrow();
    expect(() => generateShop({ until: 'yesterday' })).toThrow();
  });
});

describe('a generated shop looks like the shop it is calibrated to', () => {
  const measured = statisticsOf({ users: 20_000, items: 2_000 });

  test('in orders: four of five customers have one, a few have dozens', () => {
    expect(measured.ordersPerCustomer).toBeCloseTo(1.29, 1);
    expect(measured.singleOrderShare).toBeGreaterThan(0.8);
    expect(measured.singleOrderShare).toBeLessThan(0.85);
    expect(measured.mostOrders).toBeGreaterThan(40);
  });

  test('in baskets: about 8.4 lines, half of them at most six, some above forty', () => {
    expect(measured.linesPerOrder).toBeCloseTo(8.42, 1);
    expect(measured.linesPerOrderMedian).toBeGreaterThanOrEqual(5);
    expect(measured.linesPerOrderMedian).toBeLessThanOrEqual(7);
    expect(measured.linesPerOrderP99).toBeGreaterThan(35);
    expect(measured.linesPerOrderP99).toBeLessThan(50);
    expect(measured.oneLineShare).toBeGreaterThan(0.04);
    expect(measured.oneLineShare).toBeLessThan(0.09);
  });

  test('in repeats: 10 to 15 lines in a hundred', () => {
    expect(measured.repeatShare).toBeGreaterThan(0.1);
    expect(measured.repeatShare).toBeLessThan(0.15);
  });

  test('in popularity: slope about -0.6, half of the lines on a tenth of the products', () => {
    expect(measured.rankSlope).toBeLessThan(-0.5);
    expect(measured.rankSlope).toBeGreaterThan(-0.7);
    expect(measured.topTenPercent).toBeGreaterThan(0.42);
    expect(measured.topTenPercent).toBeLessThan(0.55);
    expect(measured.topFifth).toBeGreaterThan(0.62);
    expect(measured.topFifth).toBeLessThan(0.75);
  });

  test('in places and seasons: uneven', () => {
    expect(measured.topProvinceShare).toBeGreaterThan(0.4);
    expect(measured.topCityShare).toBeGreaterThan(0.18);
    expect(measured.topCityShare).toBeLessThan(0.3);
    expect(measured.busiestMonthRatio).toBeGreaterThan(1.4);
  });

  test('in what does not go well: guests, cancellations, returns, services on the bill', () => {
    expect(measured.guestOrderShare).toBeCloseTo(0.015, 2);
    expect(measured.cancelledShare).toBeCloseTo(0.022, 2);
    expect(measured.returnedShare).toBeCloseTo(0.013, 2);
    expect(measured.serviceLineShare).toBeGreaterThan(0.003);
    expect(measured.serviceLineShare).toBeLessThan(0.015);
  });
});

describe('the orders', () => {
  test('are equal for equal seed and end, and differ for another seed', () => {
    const orders = (seed: number) => [...generateShop({ users: 200, items: 80, seed, until }).orders()];
    expect(orders(3)).toEqual(orders(3));
    expect(orders(3)).not.toEqual(orders(4));
  });

  test('can be read more than once', () => {
    const shop = generateShop({ users: 50, items: 40, until });
    expect([...shop.orders()]).toEqual([...shop.orders()]);
  });

  test('come in order of time, end before the given date, and reach into its last week', () => {
    const times = [...generateShop({ users: 2_000, until }).orders()].map((order) => order.orderedAtMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const end = Date.parse(until);
    expect(times[0]).toBeGreaterThanOrEqual(end - WINDOW_DAYS * DAY_MS);
    expect(times.at(-1)).toBeLessThan(end);
    expect(times.at(-1)).toBeGreaterThan(end - 7 * DAY_MS);
  });

  test('end at the start of today when no date is given', () => {
    const shop = generateShop({ users: 1 }, new Date('2026-05-05T17:30:00Z'));
    expect(new Date(shop.size.untilMs).toISOString()).toBe('2026-05-05T00:00:00.000Z');
  });

  test('sell nothing before it came into the shop', () => {
    const shop = generateShop({ users: 1_000, items: 200, until });
    const created = new Map([...shop.products()].map((p) => [p.productId, Date.parse(p.createdAt)]));
    const early = [...shop.orders()].flatMap((order) =>
      order.lines.filter((line) => (created.get(line.productId) ?? Infinity) > order.orderedAtMs),
    );
    expect(early).toEqual([]);
  });

  test('are made as they are read: the first of a large shop does not wait for the rest', () => {
    const shop = generateShop({ users: 20_000, items: 100, lines: 2_000_000, until });
    const [first] = shop.orders();
    expect(first?.orderId).toBe('1000001');
  });
});

describe('something can be learnt', () => {
  test('products of a collection are bought together far more often than chance has it', () => {
    const shop = generateShop({ users: 5_000, items: 600, until });
    const collection = new Map([...shop.products()].map((p) => [p.productId, p.name.split(' ')[0]]));
    let [together, pairs] = [0, 0];
    const sold: string[] = [];
    for (const { lines } of shop.orders()) {
      const [a, b] = [lines[0]?.productId, lines[1]?.productId];
      if (a === undefined || b === undefined || a === b) continue;
      pairs += 1;
      sold.push(a);
      if (collection.get(a) === collection.get(b)) together += 1;
    }
    const byChance = sold.filter((a, i) => collection.get(a) === collection.get(sold.at(i - 1) ?? '')).length;
    expect(together / pairs).toBeGreaterThan(0.2);
    expect(together).toBeGreaterThan(4 * byChance);
  });
});
