import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import {
  type ShopifyFault,
  type ShopifyServer,
  startShopifyServer,
} from '../../local/testing/shopifyServer.ts';
import { openSyncFixture, type SyncFixture } from '../sync/syncFixture.ts';
import { readSourcesFile } from './sourcesFile.ts';

const folder = mkdtempSync(join(tmpdir(), 'shopify-source-'));
let database: TestDatabase;
let shop: SyncFixture;
let shopify: ShopifyServer;
beforeAll(async () => {
  database = await createTestDatabase();
  shop = await openSyncFixture(database.url, { SHOPIFY_TOKEN: 'shpat_test' });
});
afterAll(async () => {
  await shop.close();
  await database.drop();
});
beforeEach(async () => {
  shopify = await startShopifyServer({ now: shop.now });
  await shop.empty();
});
afterEach(() => shopify.stop());

function configure(settings: object = {}) {
  const file = join(folder, 'sources.json');
  const source = {
    type: 'shopify',
    domain: 'test-example.myshopify.com',
    token_env: 'SHOPIFY_TOKEN',
    endpoint: shopify.url,
    ...settings,
  };
  writeFileSync(file, JSON.stringify({ sources: { shop: source } }));
  return readSourcesFile(file, () => shopify.token);
}

interface Change {
  readonly lines?: readonly { product: number | null; quantity: number; left?: number }[];
  readonly node?: object;
}

function put(id: number, { lines = [{ product: id % 5, quantity: 2 }], node = {} }: Change = {}): void {
  const gid = `gid://shopify/Order/${id}`;
  const at = new Date(shop.now()).toISOString();
  shopify.kinds.orders.set(gid, {
    id: gid,
    updated: shop.now(),
    node: {
      legacyResourceId: String(id),
      name: `#${1000 + id}`,
      createdAt: `2025-06-${String(1 + (id % 28)).padStart(2, '0')}T10:00:00Z`,
      updatedAt: at,
      displayFinancialStatus: 'PAID',
      currencyCode: 'EUR',
      email: `c${id % 3}@shop.test`,
      customer: { legacyResourceId: `${90 + (id % 3)}`, displayName: 'Ann' },
      shippingAddress: { province: 'Bayern', city: 'München' },
      ...node,
    },
    children: lines.map(({ product, quantity, left = quantity }) => ({
      title: `Lamp ${product}`,
      sku: `SKU-${product}`,
      quantity,
      currentQuantity: left,
      product: product === null ? null : { legacyResourceId: `70${product}` },
      discountedUnitPriceSet: { shopMoney: { amount: '19.90' } },
    })),
  });
}

function putProduct(id: number, available = true): void {
  const gid = `gid://shopify/Product/${id}`;
  const variant = (n: number) => ({
    legacyResourceId: `80${id}${n}`,
    sku: `SKU-${id}`,
    price: '19.90',
    availableForSale: available && n === 1,
  });
  shopify.kinds.products.set(gid, {
    id: gid,
    updated: shop.now(),
    node: {
      legacyResourceId: `70${id}`,
      title: `Lamp ${id}`,
      handle: `lamp-${id}`,
      status: 'ACTIVE',
      category: { fullName: 'Home > Lamps' },
    },
    children: [variant(0), variant(1)],
  });
}

function putCustomer(id: number, state: string): void {
  const gid = `gid://shopify/Customer/${id}`;
  shopify.kinds.customers.set(gid, {
    id: gid,
    updated: shop.now(),
    node: {
      legacyResourceId: String(id),
      displayName: 'Ann',
      updatedAt: new Date(shop.now()).toISOString(),
      defaultEmailAddress: {
        emailAddress: `c${id % 3}@shop.test`,
        marketingState: state,
        marketingUpdatedAt: null,
      },
      defaultAddress: { province: 'Bayern', city: 'München' },
    },
    children: [],
  });
}

describe('a shop on Shopify', () => {
  it('that is away when a sync begins is asked again', async () => {
    put(1);
    // One request's attempts, and a few of the next one's.
    let faults = 8;
    shopify.fault = () => (faults-- > 0 ? 'error' : null);
    const [result] = await shop.sync(configure());
    expect(result).toMatchObject({ counts: { orders: { added: 1 } } });
  });

  it('is loaded by bulk operations, then by what has changed', async () => {
    for (let id = 1; id <= 12; id++) put(id);
    for (let id = 0; id < 5; id++) putProduct(id);
    putCustomer(90, 'SUBSCRIBED');
    const sources = configure();
    expect(await shop.sync(sources)).toMatchObject([
      { counts: { orders: { added: 12 }, products: { added: 5 }, customers: { added: 3 } }, notes: [] },
    ]);
    expect(await shop.query("SELECT * FROM order_lines WHERE order_id = '3'")).toMatchObject([
      {
        unified_customer_id: '90',
        province: 'Bayern',
        city: 'München',
        product_id: '703',
        quantity: 2,
        price: '19.90',
      },
    ]);
    expect(
      await shop.query(
        "SELECT product_name, url, handle, price::float8, currency, category_path, available FROM products WHERE product_id = '703'",
      ),
    ).toEqual([
      {
        product_name: 'Lamp 3',
        url: '/products/lamp-3',
        handle: 'lamp-3',
        price: 19.9,
        currency: 'EUR',
        category_path: ['Home', 'Lamps'],
        available: true,
      },
    ]);
    shop.pass(3 * 3_600_000);
    const asked = shopify.asked.length;
    put(1, { node: { cancelledAt: '2025-06-30T10:00:00Z' } });
    put(2, { node: { displayFinancialStatus: 'REFUNDED' } });
    put(3, {
      node: { displayFinancialStatus: 'PARTIALLY_REFUNDED' },
      lines: [
        { product: 3, quantity: 3, left: 1 },
        { product: 4, quantity: 1, left: 0 },
      ],
    });
    put(13, { lines: Array.from({ length: 45 }, (_, i) => ({ product: i % 5, quantity: 1 })) });
    put(14, { lines: [{ product: null, quantity: 1 }] });
    putProduct(1, false);
    shopify.kinds.products.delete('gid://shopify/Product/2');
    expect(await shop.sync(sources)).toMatchObject([
      { counts: { orders: { added: 2, changed: 3 }, missing: 1 } },
    ]);
    expect(shopify.asked.slice(asked).filter((name) => name === 'StartBulk')).toHaveLength(1);
    expect(
      await shop.query("SELECT order_id, status FROM orders WHERE order_id IN ('1', '2', '3') ORDER BY 1"),
    ).toEqual([
      { order_id: '1', status: 'cancelled' },
      { order_id: '2', status: 'returned' },
      { order_id: '3', status: 'completed' },
    ]);
    expect(
      await shop.query("SELECT product_id, quantity FROM order_lines WHERE order_id = '3' ORDER BY 1"),
    ).toEqual([
      { product_id: '703', quantity: 1 },
      { product_id: '704', quantity: -1 },
    ]);
    expect(await shop.query("SELECT count(*)::int AS n FROM order_lines WHERE order_id = '13'")).toEqual([
      { n: 45 },
    ]);
    expect(
      await shop.query(
        "SELECT product_id FROM products WHERE NOT available AND product_id LIKE '70%' ORDER BY 1",
      ),
    ).toEqual([{ product_id: '701' }, { product_id: '702' }]);
  });

  it('says which scopes are missing, and how far back it sees', async () => {
    shopify.scopes.delete('read_all_orders');
    expect(await shop.sync(configure())).toMatchObject([
      { notes: [expect.stringContaining('only orders since 2025-0')] },
    ]);
    shopify.scopes.delete('read_customers');
    expect(await shop.sync(configure())).toMatchObject([
      { error: { code: 'shopify_scopes', message: expect.stringContaining('read_customers') } },
    ]);
    const wrong = await openSyncFixture(database.url, { SHOPIFY_TOKEN: 'old' });
    expect(await wrong.sync(configure())).toMatchObject([{ error: { code: 'source_denied' } }]);
    await wrong.close();
  });

  it('waits for the points a query costs, and for an operation that is under way', async () => {
    for (let id = 1; id <= 3; id++) put(id);
    const sources = configure();
    const waited = shop.waited();
    await shop.sync(sources);
    expect(shop.waited() - waited).toBeGreaterThan(5_000);
  });
});

const fault = fc.oneof(
  { weight: 5, arbitrary: fc.constant<ShopifyFault>(null) },
  fc.constantFrom<ShopifyFault>('error', 'cut', 'busy'),
);
const happening = fc.record({
  what: fc.constantFrom('order', 'cancel', 'sync', 'expire'),
  id: fc.integer({ min: 1, max: 12 }),
});

it('gives the same database from any interleaving of changes, failures and restarts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { minLength: 3, maxLength: 8 }),
      fc.array(fault, { minLength: 5, maxLength: 20 }),
      async (happenings, faults) => {
        await shop.empty();
        for (const map of Object.values(shopify.kinds)) map.clear();
        for (let id = 0; id < 5; id++) putProduct(id);
        for (let id = 1; id <= 8; id++) put(id);
        const sources = configure();
        for (const { what, id } of happenings) {
          shop.pass(60_000);
          if (what === 'order') put(id, { lines: [{ product: id % 5, quantity: 1 + (shop.now() % 3) }] });
          else if (what === 'cancel') put(id, { node: { cancelledAt: '2025-06-30T10:00:00Z' } });
          else if (what === 'expire') shopify.expireResults();
          else await interruptedSync(sources, faults, 3 * id);
        }
        shopify.fault = () => null;
        await shop.sync(sources);
        const lived = await shop.content();
        await shop.empty();
        await shop.sync(sources);
        expect(lived).toEqual(await shop.content());
      },
    ),
    { numRuns: 3 },
  );
});

/** A sync with faults, ended from outside at a request: as a process that dies. */
async function interruptedSync(
  sources: ReturnType<typeof configure>,
  faults: readonly ShopifyFault[],
  dieAfter: number,
): Promise<void> {
  const stop = new AbortController();
  let begun: number | null = null;
  shopify.fault = (requests) => {
    begun ??= requests;
    if (requests - begun > dieAfter) stop.abort(new Error('died'));
    return faults[requests % faults.length] ?? null;
  };
  await shop.sync(sources, { signal: stop.signal }).catch(() => undefined);
}
