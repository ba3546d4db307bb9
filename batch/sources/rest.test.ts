import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { type ErpFault, type ErpServer, startErpServer } from '../../local/testing/erpServer.ts';
import { openSyncFixture, type SyncFixture } from '../sync/syncFixture.ts';
import { readSourcesFile } from './sourcesFile.ts';

const folder = mkdtempSync(join(tmpdir(), 'rest-source-'));
const STYLES = {
  page: { style: 'page' },
  offset: { style: 'offset' },
  cursor: { style: 'cursor', next: 'meta.next' },
  link: { style: 'link' },
};

let database: TestDatabase;
let shop: SyncFixture;
let erp: ErpServer;
beforeAll(async () => {
  database = await createTestDatabase();
  shop = await openSyncFixture(database.url, { ERP_TOKEN: 'erp-test-token' });
});
afterAll(async () => {
  await shop.close();
  await database.drop();
});
beforeEach(async () => {
  erp = await startErpServer({ now: shop.now });
  await shop.empty();
});
afterEach(() => erp.stop());

/** Sources of this ERP, as a shop configures them. */
function configure(style: keyof typeof STYLES, settings: object = {}, parts: object = {}) {
  const since = { param: 'since', format: 'unix_ms' };
  const part = (kind: string, more: object = {}) => ({
    path: `/${kind}/${style}`,
    paging: STYLES[style],
    since,
    ...more,
  });
  const file = join(folder, 'sources.json');
  const source = {
    type: 'rest',
    base_url: erp.baseUrl,
    auth: { token_env: 'ERP_TOKEN' },
    timeout_seconds: 0.15,
    requests_per_second: 20,
    mapping: { products: { product_id: 'id' }, customers: { customer_id: 'id' } },
    products: part('products', { since: null }),
    customers: part('customers'),
    orders: part('orders'),
    ...settings,
    ...parts,
  };
  writeFileSync(file, JSON.stringify({ sources: { erp: source } }));
  return readSourcesFile(file, (name) => (name === 'ERP_TOKEN' ? erp.token : undefined));
}

/** An order in the shape of the former system's ERP. */
function put(id: number, change: { quantity?: number; status?: string; customer?: string } = {}): void {
  const { quantity = 1, status = 'completed', customer = `c${id % 4}` } = change;
  erp.records['orders']?.delete(String(id));
  erp.records['orders']?.set(String(id), {
    id: String(id),
    updated: shop.now(),
    order_id: id,
    created_at: `2025-01-${String(1 + (id % 28)).padStart(2, '0')}T10:00:00Z`,
    unified_customer_id: customer,
    customer_name: `Customer ${customer}`,
    province: 'Punjab',
    city: 'Lahore',
    status,
    items: [
      { product_id: `P${id % 5}`, price: 10, quantity },
      { product_id: `P${(id + 1) % 5}`, price: '2.50', quantity: 2 },
    ],
  });
}

function putProduct(id: number): void {
  erp.records['products']?.set(`P${id}`, {
    id: `P${id}`,
    updated: shop.now(),
    name: `Lamp ${id}`,
    url: `/lamps/${id}`,
    price: 10,
    available: true,
  });
}

describe('an ERP that answers with pages of JSON', () => {
  it.each([
    'page',
    'offset',
    'cursor',
    'link',
  ] as const)('is read by %s, then only what has changed', async (style) => {
    for (let id = 1; id <= 12; id++) put(id);
    for (let id = 0; id < 5; id++) putProduct(id);
    const sources = configure(style);
    expect(await shop.sync(sources)).toMatchObject([
      { counts: { orders: { added: 12 }, products: { added: 5 }, customers: { added: 4 } }, notes: [] },
    ]);
    expect(
      await shop.query("SELECT * FROM order_lines WHERE order_id = '4' ORDER BY product_id DESC"),
    ).toMatchObject([
      {
        unified_customer_id: 'c0',
        province: 'Punjab',
        city: 'Lahore',
        product_id: 'P4',
        quantity: 1,
        price: '10.00',
      },
      { product_id: 'P0', quantity: 2, price: '2.50' },
    ]);
    shop.pass(2 * 3_600_000);
    expect(await shop.sync(sources)).toMatchObject([{ counts: { orders: { added: 0, changed: 0 } } }]);
    const asked = erp.asked.length;
    shop.pass(2 * 3_600_000);
    put(3, { status: 'cancelled' });
    put(13);
    erp.records['products']?.delete('P4');
    const [later] = await shop.sync(sources);
    expect(later).toMatchObject({
      counts: { orders: { added: 1, changed: 1, cancelled: 1 }, missing: 1 },
    });
    expect(erp.asked.slice(asked).filter((path) => path.startsWith('/orders'))[0]).toContain('since=');
    expect(await shop.query("SELECT status FROM orders WHERE order_id = '3'")).toEqual([
      { status: 'cancelled' },
    ]);
    expect(await shop.query('SELECT product_id FROM products WHERE NOT available')).toEqual([
      { product_id: 'P4' },
    ]);
  });

  it('is not asked faster than allowed, and waits as long as it says', async () => {
    for (let id = 1; id <= 30; id++) put(id);
    const strict = await startErpServer({ now: shop.now, requestsPerSecond: 2 });
    for (const [id, record] of erp.records['orders'] ?? []) strict.records['orders']?.set(id, record);
    const mine = configure('page', { base_url: strict.baseUrl, requests_per_second: 1000 });
    const before = shop.waited();
    expect(await shop.sync(mine)).toMatchObject([{ counts: { orders: { added: 30 } } }]);
    expect(shop.waited() - before).toBeGreaterThan(2000);
    await strict.stop();
  });

  it('is reported when it stays down or refuses the token, and does not keep others from their turn', async () => {
    put(1);
    const [down] = configure('page');
    erp.fault = () => 'error';
    const other = await startErpServer({ now: shop.now });
    other.records['orders']?.set('9', {
      ...(erp.records['orders']?.get('1') ?? { id: '9', updated: 0 }),
      order_id: 9,
    });
    const [up] = configure('page', { base_url: other.baseUrl });
    const results = await shop.sync([...(down ? [down] : []), ...(up ? [{ ...up, name: 'second' }] : [])]);
    expect(results).toMatchObject([
      { source: 'erp', error: { code: 'source_down' } },
      { source: 'second', counts: { orders: { added: 1 } } },
    ]);
    expect(shop.said.join('\n')).toContain('Trying again in 5 s');
    await other.stop();
    const wrong = configure('page', { auth: { token_env: 'ERP_TOKEN', scheme: 'Token' } });
    expect(await shop.sync(wrong)).toMatchObject([{ error: { code: 'source_denied' } }]);
    expect(await shop.query("SELECT last_error FROM sync_state WHERE source = 'erp'")).toEqual([
      { last_error: expect.stringMatching(/^source_denied: erp answers 401/) },
    ]);
  });

  it('goes on with bad records among its orders, and forgets them when they are mended', async () => {
    put(1);
    erp.records['orders']?.set('2', {
      id: '2',
      updated: shop.now(),
      order_id: 2,
      created_at: 'soon',
      items: [{ product_id: 'A' }],
    });
    erp.records['orders']?.set('3', {
      id: '3',
      updated: shop.now(),
      order_id: 3,
      created_at: '2025-01-01',
      items: 'none',
    });
    const sources = configure('cursor');
    expect(await shop.sync(sources)).toMatchObject([{ counts: { orders: { added: 1 }, rejected: 2 } }]);
    expect(await shop.query('SELECT record, reason FROM sync_rejects ORDER BY record')).toEqual([
      { record: '2', reason: 'no date, or one that cannot be read' },
      { record: '3', reason: 'no product id' },
    ]);
    put(2);
    await shop.sync(sources);
    expect(await shop.query('SELECT record FROM sync_rejects')).toEqual([{ record: '3' }]);
  });

  it('begins a walk anew when its cursor has expired', async () => {
    for (let id = 1; id <= 12; id++) put(id);
    const sources = configure('cursor');
    erp.fault = (requests) => {
      if (requests === 5) erp.expireCursors();
      return null;
    };
    expect(await shop.sync(sources)).toMatchObject([{ counts: { orders: { added: 12 } } }]);
  });

  it('begins it anew after the first page too, and counts no line twice', async () => {
    for (let id = 1; id <= 7; id++)
      erp.records['orders']?.set(`${id}`, {
        id: `${id}`,
        updated: 0,
        order_id: 1,
        date: '2025-01-01',
        sku: `P${id}`,
      });
    const lines = { path: '/orders/cursor', paging: STYLES.cursor, rows: 'lines' };
    const sources = configure('page', {}, { orders: lines });
    erp.fault = () => {
      if (erp.asked.filter((path) => path.startsWith('/orders')).length === 2) erp.expireCursors();
      return null;
    };
    expect(await shop.sync(sources)).toMatchObject([{ counts: { orders: { added: 1 } } }]);
    expect(await shop.query('SELECT count(*)::int AS n FROM order_items')).toEqual([{ n: 7 }]);
  });

  it('is not followed to another machine, which would be given the token', async () => {
    for (let id = 1; id <= 12; id++) put(id);
    const elsewhere = { ...erp, baseUrl: erp.baseUrl };
    const sources = configure(
      'cursor',
      { base_url: elsewhere.baseUrl.replace('127.0.0.1', 'localhost') },
      {
        orders: { path: '/orders/link', paging: STYLES.link },
      },
    );
    expect(await shop.sync(sources)).toMatchObject([{ error: { code: 'source_leads_away' } }]);
  });

  it('is told from a web page in its place', async () => {
    erp.fault = () => 'html';
    expect(await shop.sync(configure('page'))).toMatchObject([
      { error: { code: 'source_down', message: expect.stringContaining('a web page instead of JSON') } },
    ]);
  });

  it('is asked once for a list in one piece, and not for ever for the same page', async () => {
    put(1);
    erp.fault = (requests) => (requests > 20 ? 'error' : null);
    const endless = configure('link', {}, { orders: { path: '/orders/link', paging: { style: 'page' } } });
    expect(await shop.sync(endless)).toMatchObject([{ error: { code: 'source_stands_still' } }]);
    const once = configure('link', {}, { orders: { path: '/orders/link', paging: { style: 'none' } } });
    expect(await shop.sync(once)).toMatchObject([{ counts: { orders: { unchanged: 1 } } }]);
  });

  it('may give single lines, if all pages are taken together', async () => {
    for (const [i, product] of ['A', 'B', 'C', 'D', 'E', 'F', 'G'].entries())
      erp.records['orders']?.set(String(i), {
        id: `${i}`,
        updated: 0,
        order_id: i < 6 ? 1 : 2,
        date: '2025-01-01',
        sku: product,
      });
    const sources = configure('page', {}, { orders: { path: '/orders/page', rows: 'lines' } });
    await shop.sync(sources);
    expect(
      await shop.query('SELECT order_id, count(*)::int AS n FROM order_lines GROUP BY 1 ORDER BY 1'),
    ).toEqual([
      { order_id: '1', n: 6 },
      { order_id: '2', n: 1 },
    ]);
  });
});

const fault: fc.Arbitrary<ErpFault> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(null) },
  fc.constantFrom<ErpFault>('error', 'throttle', 'cut', 'html', 'hang'),
);
const happening = fc.oneof(
  fc.record({
    what: fc.constant('order' as const),
    id: fc.integer({ min: 1, max: 9 }),
    quantity: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({
    what: fc.constant('cancel' as const),
    id: fc.integer({ min: 1, max: 9 }),
    quantity: fc.constant(1),
  }),
  fc.record({
    what: fc.constant('sync' as const),
    id: fc.integer({ min: 1, max: 12 }),
    quantity: fc.constant(0),
  }),
);

it('gives the same database from any interleaving of changes, failures and restarts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<keyof typeof STYLES>('page', 'offset', 'cursor', 'link'),
      fc.array(happening, { minLength: 3, maxLength: 8 }),
      fc.array(fault, { minLength: 5, maxLength: 20 }),
      async (style, happenings, faults) => {
        await shop.empty();
        for (const map of Object.values(erp.records)) map.clear();
        for (let id = 0; id < 5; id++) putProduct(id);
        for (let id = 1; id <= 6; id++) put(id);
        const sources = configure(style);
        for (const { what, id, quantity } of happenings) {
          shop.pass(60_000);
          if (what === 'order') put(id, { quantity });
          else if (what === 'cancel') put(id, { status: 'cancelled' });
          else await interruptedSync(sources, { faults, dieAfter: id });
        }
        erp.fault = () => null;
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
  { faults, dieAfter }: { faults: readonly ErpFault[]; dieAfter: number },
): Promise<void> {
  const stop = new AbortController();
  const begun = erp.asked.length;
  erp.fault = (requests) => {
    if (requests - begun > dieAfter) stop.abort(new Error('died'));
    if (requests % 7 === 0) erp.expireCursors();
    return faults[requests % faults.length] ?? null;
  };
  await shop.sync(sources, { signal: stop.signal }).catch(() => undefined);
}
