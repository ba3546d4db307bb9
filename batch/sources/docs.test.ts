import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { openSyncFixture, type SyncFixture } from '../sync/syncFixture.ts';
import { readSourcesFile } from './sourcesFile.ts';

const project = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'documented-source-'));
const KEY = 'till-key';

let database: TestDatabase;
let shop: SyncFixture;
beforeEach(async () => {
  database = await createTestDatabase();
  shop = await openSyncFixture(database.url, { TILL_KEY: KEY });
});
afterEach(async () => {
  await shop.close();
  await database.drop();
});

function configure(text: string) {
  const file = join(folder, 'sources.json');
  writeFileSync(file, text);
  return readSourcesFile(file, () => KEY);
}

/** The till of docs/sources.md, as its description has it. */
async function startTill() {
  const receipts = Array.from({ length: 120 }, (_, i) => ({
    no: i,
    booked: `2025-03-${String(1 + (i % 30)).padStart(2, '0')} 15:30`,
    shopper: { card: i % 7 },
    void: i === 5 ? 'Y' : 'N',
    rows: [
      { plu: '4011', pcs: 2, cents: 199 },
      { plu: '4012', pcs: 1, cents: 1050 },
    ],
  }));
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://till');
    asked.push(url.search);
    const limit = Number(url.searchParams.get('limit'));
    if (request.headers['x-key'] !== KEY || url.pathname !== '/v3/receipts' || limit > 50) {
      response.writeHead(403).end();
      return;
    }
    const start = Number(url.searchParams.get('after')?.slice(1) ?? 0);
    const more = start + limit < receipts.length ? { more: `p${start + limit}` } : {};
    response.end(JSON.stringify({ result: { receipts: receipts.slice(start, start + limit), ...more } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v3`, asked, stop: () => server.close() };
}

it('the documented example reads the documented interface', async () => {
  const till = await startTill();
  const blocks = readFileSync(project('docs/sources.md'), 'utf8').split('```json\n');
  const example = blocks.find((block) => block.startsWith('{ "sources": { "till"'))?.split('```')[0] ?? '';
  const sources = configure(example.replace('https://till.acme.example/v3', till.url));
  expect(await shop.sync(sources)).toMatchObject([
    { counts: { orders: { added: 120, cancelled: 1 }, rejected: 0 } },
  ]);
  expect(
    await shop.query(
      "SELECT unified_customer_id AS who, ordered_at, product_id, quantity, price::float8 FROM order_lines WHERE order_id = '8' ORDER BY 3",
    ),
  ).toEqual([
    { who: '1', ordered_at: new Date('2025-03-09T15:30:00Z'), product_id: '4011', quantity: 2, price: 1.99 },
    { who: '1', ordered_at: new Date('2025-03-09T15:30:00Z'), product_id: '4012', quantity: 1, price: 10.5 },
  ]);
  await shop.sync(sources);
  expect(till.asked.some((query) => /from=2025-0\d-\d\d/.test(query))).toBe(true);
  till.stop();
});

it('every problem of a sources file is listed at once, without secrets', () => {
  const bad = {
    sources: {
      Erp: { type: 'rest', base_url: 'nowhere' },
      till: { type: 'files', location: '.', orders: { filez: '*' } },
    },
  };
  expect(() => configure(JSON.stringify(bad))).toThrow(/3 problems|4 problems/);
  const missing = {
    sources: {
      erp: {
        type: 'rest',
        base_url: 'http://erp.test',
        auth: { token_env: 'NOT_SET' },
        mapping: 'nowhere.json',
      },
      shop: { type: 'shopify', domain: 'a-example.myshopify.com' },
    },
  };
  const file = join(folder, 'sources.json');
  writeFileSync(file, JSON.stringify(missing));
  expect(() => readSourcesFile(file, () => undefined)).toThrow(
    /4 problems[\s\S]*nowhere\.json[\s\S]*NOT_SET is not set[\s\S]*not https[\s\S]*shop\.token_env/,
  );
});

it('Olist loads by a mapping file alone, with places, categories and states', {
  timeout: 300_000,
}, async (context) => {
  const data = fileURLToPath(new URL('../../../shared/data/olist', import.meta.url));
  if (!existsSync(data)) context.skip('the data set is not on this machine');
  const olist = {
    type: 'files',
    location: data,
    orders: { files: 'order_lines.csv.gz' },
    products: { files: 'products.csv.gz', complete: true },
    mapping: project('docs/examples/olist.json'),
  };
  const [result] = await shop.sync(configure(JSON.stringify({ sources: { olist } })));
  expect(result).toMatchObject({
    counts: { orders: { added: 98_666, cancelled: 467 }, products: { added: 32_951 }, rejected: 0 },
  });
  expect(
    await shop.query(
      `SELECT province, city, (SELECT category_path FROM products WHERE product_id = '1') AS path FROM customers ORDER BY customer_number LIMIT 1`,
    ),
  ).toEqual([{ province: 'RR', city: 'boa vista', path: ['furniture_decor'] }]);
});
