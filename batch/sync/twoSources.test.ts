import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTestDatabase } from '../../local/testing/database.ts';
import { type ErpServer, startErpServer } from '../../local/testing/erpServer.ts';
import { type ShopifyServer, startShopifyServer } from '../../local/testing/shopifyServer.ts';
import { readSourcesFile } from '../sources/sourcesFile.ts';
import { openSyncFixture, type SyncFixture } from './syncFixture.ts';

/** A till asks for a phone number and is told this one. */
const DUMMY_PHONE = '0300 0000000';
const CUSTOMERS = 4;
const ORDERS = 7;

interface Shop {
  readonly sync: SyncFixture;
  readonly erp: ErpServer;
  readonly shopify: ShopifyServer;
}

const at = (id: number) => `2025-03-0${1 + (id % 7)}T10:00:00Z`;
const mail = (customer: number) => `c${customer}@mail.pk`;

/** The same order as the shop has it and as its ERP has it, each in its own words. */
function put({ sync, erp, shopify }: Shop, id: number, quantity: number, status = 'completed'): void {
  const customer = id % CUSTOMERS;
  const gid = `gid://shopify/Order/${id}`;
  shopify.kinds.orders.set(gid, {
    id: gid,
    updated: sync.now(),
    node: {
      legacyResourceId: `500${id}`,
      name: `#${1000 + id}`,
      createdAt: at(id),
      updatedAt: new Date(sync.now()).toISOString(),
      cancelledAt: status === 'cancelled' ? at(id) : null,
      email: mail(customer),
      phone: DUMMY_PHONE,
      customer: { legacyResourceId: `60${customer}`, displayName: `C ${customer}` },
    },
    children: [
      {
        title: 'Lamp',
        quantity,
        currentQuantity: quantity,
        product: { legacyResourceId: '700' },
        discountedUnitPriceSet: { shopMoney: { amount: '5.00' } },
      },
    ],
  });
  erp.records['orders']?.delete(`E${id}`);
  erp.records['orders']?.set(`E${id}`, {
    id: `E${id}`,
    updated: sync.now(),
    order_id: `E${id}`,
    shop_order_number: String(1000 + id),
    created_at: at(id),
    unified_customer_id: `u${customer}`,
    email: mail(customer),
    phone: DUMMY_PHONE,
    status,
    items: [{ product_id: 'LAMP', price: 5, quantity }],
  });
}

function configure({ erp, shopify }: Shop) {
  const file = join(mkdtempSync(join(tmpdir(), 'two-sources-')), 'sources.json');
  const since = { param: 'since', format: 'unix_ms' };
  const sources = {
    erp: {
      type: 'rest',
      base_url: erp.baseUrl,
      auth: { token_env: 'ERP_TOKEN' },
      timeout_seconds: 0.15,
      requests_per_second: 20,
      orders: { path: '/orders/cursor', paging: { style: 'cursor', next: 'meta.next' }, since },
    },
    shop: {
      type: 'shopify',
      domain: 'test-example.myshopify.com',
      token_env: 'SHOPIFY_TOKEN',
      endpoint: shopify.url,
    },
  };
  writeFileSync(file, JSON.stringify({ sources }));
  return readSourcesFile(file, () => 'set');
}

const fault = fc.oneof(
  { weight: 5, arbitrary: fc.constant(null) },
  fc.constantFrom('error' as const, 'cut' as const),
);
const happening = fc.record({
  what: fc.constantFrom('order', 'cancel', 'sync'),
  id: fc.integer({ min: 1, max: ORDERS }),
  quantity: fc.integer({ min: 1, max: 3 }),
});

it('orders from two sources count once, whoever fails and whenever, and a dummy phone makes no two customers one', async () => {
  const database = await createTestDatabase();
  const secrets = { ERP_TOKEN: 'erp-test-token', SHOPIFY_TOKEN: 'shpat_test' };
  const sync = await openSyncFixture(database.url, secrets);
  const erp = await startErpServer({ now: sync.now });
  const shopify = await startShopifyServer({ now: sync.now });
  const shop = { sync, erp, shopify };
  const sources = configure(shop);
  const content = async () => {
    const counted = await sync.query(
      "SELECT ordered_at, status, count(*)::int AS n FROM orders WHERE status <> 'double' GROUP BY 1, 2 ORDER BY 1, 2",
    );
    const people = await sync.query(
      'SELECT source, source_id, unified_customer_id FROM customer_alias ORDER BY source, source_id',
    );
    return { counted, people, all: (await sync.query('SELECT count(*)::int AS n FROM orders'))[0]?.['n'] };
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { minLength: 3, maxLength: 7 }),
      fc.array(fault, { minLength: 5, maxLength: 15 }),
      async (happenings, faults) => {
        await sync.empty();
        for (const map of [...Object.values(erp.records), ...Object.values(shopify.kinds)]) map.clear();
        for (let id = 1; id <= ORDERS; id++) put(shop, id, 1);
        for (const { what, id, quantity } of happenings) {
          sync.pass(60_000);
          if (what === 'order') put(shop, id, quantity);
          else if (what === 'cancel') put(shop, id, 1, 'cancelled');
          else {
            const stop = new AbortController();
            let left = 4 * id;
            const next = (requests: number) => {
              if (left-- === 0) stop.abort(new Error('died'));
              return faults[requests % faults.length] ?? null;
            };
            erp.fault = next;
            shopify.fault = next;
            await sync.sync(sources, { signal: stop.signal }).catch(() => undefined);
          }
        }
        erp.fault = () => null;
        shopify.fault = () => null;
        await sync.sync(sources);
        const lived = await content();
        expect(lived.all).toBe(2 * ORDERS);
        expect(lived.counted.reduce((sum, { n }) => sum + Number(n), 0)).toBe(ORDERS);
        expect(new Set(lived.people.map((person) => person['unified_customer_id'])).size).toBe(CUSTOMERS);
        await sync.empty();
        await sync.sync(sources);
        expect(lived).toEqual(await content());
      },
    ),
    { numRuns: 2 },
  );
  await erp.stop();
  await shopify.stop();
  await sync.close();
  await database.drop();
});
