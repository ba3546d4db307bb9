import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planShop, type Shop, type ShopState, sampleShop, shopOf, stateBeforeLoad } from './shop.ts';

const files = (path: string, sha256 = 'a'): Shop => ({
  kind: 'files',
  orders: { path, sha256 },
  products: null,
  customers: null,
  mapping: null,
});

describe('a start', () => {
  test('makes the small sample shop when nothing is there and nothing is asked for', () => {
    expect(planShop(null, null)).toEqual({ shop: sampleShop(2000), action: 'load' });
    expect(sampleShop()).toMatchObject({ users: 2000, items: 400 });
  });

  test('keeps what is there when nothing, or the same, is asked for', () => {
    const state = { shop: files('/orders.csv'), loaded: true, served: true };
    expect(planShop(null, state).action).toBe('keep');
    expect(planShop(files('/orders.csv'), state).action).toBe('keep');
  });

  test('goes on where an interrupted one stopped', () => {
    const state = { shop: files('/orders.csv'), loaded: false, served: false };
    expect(planShop(null, state)).toEqual({ shop: state.shop, action: 'load' });
  });

  test('loads an orders file again when its content has changed', () => {
    const state = { shop: files('/orders.csv', 'a'), loaded: true, served: true };
    expect(planShop(files('/orders.csv', 'b'), state).action).toBe('load');
  });

  test('replaces a sample shop by another one or by real orders', () => {
    const state = { shop: sampleShop(2000), loaded: true, served: true };
    expect(planShop(sampleShop(50), state)).toEqual({ shop: sampleShop(50), action: 'replace' });
    expect(planShop(files('/orders.csv'), state).action).toBe('replace');
  });

  test('replaces orders of which nothing could be loaded', () => {
    const state = { shop: files('/broken.csv'), loaded: false, served: false };
    expect(planShop(files('/right.csv'), state).action).toBe('replace');
  });

  test('loads a changed file again after a load of it was interrupted, and keeps the orders until then', () => {
    const state: ShopState = { shop: files('/orders.csv', 'a'), loaded: true, served: true };
    const interrupted = stateBeforeLoad(files('/orders.csv', 'b'), state, true);
    expect(interrupted).toEqual({ ...state, served: false });
    expect(planShop(files('/orders.csv', 'b'), interrupted).action).toBe('load');
    expect(planShop(null, interrupted)).toEqual({ shop: state.shop, action: 'keep' });
    expect(() => planShop(files('/other.csv'), interrupted)).toThrow('holds the shop of /orders.csv');
  });

  test('loads again, and removes nothing, where orders were held that no start had noted', () => {
    const interrupted = stateBeforeLoad(files('/orders.csv'), null, true);
    expect(planShop(files('/orders.csv'), interrupted).action).toBe('load');
    expect(() => planShop(files('/other.csv'), interrupted)).toThrow('holds the shop of /orders.csv');
  });

  test('loads again when nothing was held yet', () => {
    const interrupted = stateBeforeLoad(files('/orders.csv'), null, false);
    expect(planShop(null, interrupted)).toEqual({ shop: files('/orders.csv'), action: 'load' });
  });

  test("never removes or mixes a shop's own orders", () => {
    const state = { shop: files('/orders.csv'), loaded: true, served: true };
    expect(() => planShop(files('/other.csv'), state)).toThrow('holds the shop of /orders.csv');
    expect(() => planShop(sampleShop(50), state)).toThrow('holds the shop of /orders.csv');
  });
});

test('a file is known by its content, and one that is not there is named', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'shop-'));
  const orders = join(folder, 'orders.csv');
  const options = { port: 1, dataDir: folder, users: null, settings: {} };
  const flags = { orders, products: null, customers: null, mapping: null };
  await expect(shopOf({ ...options, files: flags })).rejects.toThrow(orders);
  await writeFile(orders, 'order_id\n1\n');
  const before = await shopOf({ ...options, files: flags });
  await writeFile(orders, 'order_id\n2\n');
  expect(await shopOf({ ...options, files: flags })).not.toEqual(before);
  expect(await shopOf({ ...options, files: null })).toBeNull();
  await rm(folder, { recursive: true });
});
