import { mkdir } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { BatchError, EXIT } from '../errors.ts';
import { createLog } from '../log.ts';
import { type IngestFixture, openIngestFixture } from './ingestFixture.ts';
import { inIngestTransaction } from './ingestTransaction.ts';

const HEADER = 'order_id,ordered_at,customer_id,product_id,product_name,quantity,unit_price,province,city\n';

let database: TestDatabase;
let shop: IngestFixture;

beforeEach(async () => {
  database = await createTestDatabase();
  shop = await openIngestFixture(database.url);
});
afterEach(async () => {
  await shop.close();
  await database.drop();
});

const orders = (lines: string, name = 'orders.csv') => shop.write(name, HEADER + lines);

describe('a file that cannot be used', () => {
  const good = `${HEADER}1,2025-01-02,ann,A1,Lamp,1,9,,\n`;
  it.each([
    ['empty', '', 'empty_file'],
    ['blank', '\n\n', 'empty_file'],
    ['a JSON array', '[{"order_id": 1}]', 'not_csv'],
    ['JSON without orders', '{"orders": []}', 'columns_unknown'],
    ['HTML', '<!doctype html><html></html>', 'not_csv'],
    ['binary', new Uint8Array([1, 2, 0, 3, 4]), 'not_csv'],
    ['an Excel workbook', new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]), 'not_csv'],
    ['without order ids', 'a,b\n1,2\n', 'columns_unknown'],
    ['cut off in a quoted cell', `${good}2,2025-01-02,bob,A1,"La`, 'cut_off'],
    ['cut off in a row', `${good}2,2025-01-02,bo`, 'cut_off'],
    ['a cut-off gzip', gzipSync(good.repeat(500)).subarray(0, 80), 'cut_off'],
    [
      'a damaged gzip',
      Buffer.concat([gzipSync(good).subarray(0, 10), Buffer.alloc(40, 0xff)]),
      'damaged_gzip',
    ],
  ])('is refused with its cause, nothing loaded: %s', async (_, content, code) => {
    await expect(shop.ingest({ orders: await shop.write('orders.csv', content) })).rejects.toMatchObject({
      code,
      remedy: expect.any(String),
    });
    expect(await shop.query('SELECT count(*)::int AS n FROM orders')).toEqual([{ n: 0 }]);
    expect(await shop.query('SELECT count(*)::int AS n FROM products')).toEqual([{ n: 0 }]);
  });

  it('in an old 8-bit encoding, or with a delimiter of its own, says which and what to do', async () => {
    const latin = Buffer.from(`${HEADER}1,2025-01-02,ann,A1,Kühlschrank,1,9,,\n`, 'latin1');
    await expect(shop.ingest({ orders: await shop.write('latin.csv', latin) })).rejects.toMatchObject({
      code: 'nothing_usable',
      remedy: expect.stringContaining('UTF-8'),
    });
    const carets = `${HEADER}1,2025-01-02,ann,A1,Lamp,1,9,,\n`.replaceAll(',', '^');
    await expect(shop.ingest({ orders: await shop.write('carets.csv', carets) })).rejects.toMatchObject({
      code: 'columns_unknown',
      remedy: expect.stringContaining('"delimiter"'),
    });
  });

  it('is named when it is not there, and so is an input without files', async () => {
    await expect(shop.ingest({ orders: '/nowhere/orders.csv' })).rejects.toMatchObject({
      code: 'file_unreadable',
    });
    await expect(shop.ingest({})).rejects.toMatchObject({
      code: 'ingest_input',
      remedy: expect.stringContaining('--orders'),
    });
  });

  it('is told from a source whose name cannot be used', async () => {
    await expect(shop.ingest({ orders: 'orders.csv', source: 'my shop' })).rejects.toMatchObject({
      code: 'ingest_input',
      remedy: expect.stringMatching(/^Give --source /),
    });
  });
});

describe('two ingests at once', () => {
  it('wait for each other and leave whole orders', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => `${i % 60},2025-01-02,c${i % 60},P${i},Lamp,1,9,,`);
    const files = await Promise.all([
      orders(`${rows.join('\n')}\n`, 'a.csv'),
      orders(`${rows.toReversed().join('\n')}\n`, 'b.csv'),
    ]);
    const results = await Promise.all(files.map((file) => shop.ingest({ orders: file })));
    expect(results.map((summary) => summary.orders.added).toSorted((a, b) => a - b)).toEqual([0, 60]);
    expect(await shop.query('SELECT count(*)::int AS n, max(item_number) AS items FROM order_items')).toEqual(
      [{ n: 300, items: 300 }],
    );
  });

  it('make the second say that it waits', async () => {
    const held = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const log = createLog(() => undefined);
    const first = inIngestTransaction({ databaseUrl: database.url, log }, async () => {
      held.resolve();
      await released.promise;
    });
    await held.promise;
    const second = shop.ingest({ orders: await orders('1,2025-01-02,ann,A1,Lamp,1,9,,\n') });
    const waiting = 'Another ingest is running on this database; waiting for it to end.';
    await vi.waitFor(() => expect(shop.said).toEqual([waiting]), { timeout: 10_000 });
    expect(await shop.query('SELECT count(*)::int AS n FROM orders')).toEqual([{ n: 0 }]);
    released.resolve();
    await first;
    expect((await second).orders.added).toBe(1);
  });
});

describe('an ingest that is interrupted', () => {
  const many = () =>
    orders(
      Array.from({ length: 120_000 }, (_, i) => `${i},2025-01-02,c${i},P${i % 50},Lamp,1,9,,\n`).join(''),
    );
  const loaded = () => shop.query('SELECT count(*)::int AS n FROM orders');

  it.each([
    0, 20, 100, 400,
  ])('by a signal after %s ms ends with its reason and leaves nothing behind', async (ms) => {
    const file = await many();
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('enough')), ms);
    await expect(shop.ingest({ orders: file }, controller.signal)).rejects.toThrow('enough');
    expect(await loaded()).toEqual([{ n: 0 }]);
  });

  it('is told to begin again, for nothing of it is there to go on from', async () => {
    const remedy = 'run the same command again: it goes on where this one stopped';
    const reason = new BatchError({ code: 'stopped', message: 'stopped', remedy, exitCode: EXIT.waiting });
    const file = await orders('1,2025-01-02,ann,A1,Lamp,1,9,,\n');
    await expect(shop.ingest({ orders: file }, AbortSignal.abort(reason))).rejects.toMatchObject({
      code: 'stopped',
      exitCode: EXIT.waiting,
      remedy: 'run the same command again: an ingest loads all or nothing',
    });
  });

  it('by a server that goes away fails and leaves nothing behind', async () => {
    const running = shop.ingest({ orders: await many() });
    const failed = expect(running).rejects.toThrow();
    const others = `FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'COPY%'`;
    while ((await shop.query(`SELECT pg_terminate_backend(pid) ${others}`)).length === 0)
      await setImmediate();
    await failed;
    expect(await loaded()).toEqual([{ n: 0 }]);
  });
});

describe('a failure after everything is loaded', () => {
  const postage = () => orders('1,2025-01-02,ann,POST,POSTAGE,1,9,,\n');
  const loaded = () => shop.query('SELECT count(*)::int AS n FROM orders');

  it.each([
    ['is another kind of file', 'a,b\n1,2\n'],
    ['is a folder', null],
  ])('only warns: the place of the not-recommendable list %s', async (_, content) => {
    const suspects = shop.path('list.csv');
    if (content === null) await mkdir(suspects);
    else await shop.write('list.csv', content);
    const summary = await shop.ingest({ orders: await postage(), suspects });
    expect(shop.said.join('\n')).toMatch(
      /^warning: Everything is loaded; .*not-recommendable list.*--suspects/,
    );
    expect(summary).toMatchObject({ suspectsFile: null, orders: { added: 1 } });
    expect(await loaded()).toEqual([{ n: 1 }]);
  });

  it('only warns: the rejects file cannot be put in its place', async () => {
    const rejects = shop.path('rejects.csv');
    await mkdir(rejects);
    const summary = await shop.ingest({ orders: await postage(), rejects });
    expect(shop.said.join('\n')).toMatch(/^warning: Everything is loaded; .*rejects file.*--rejects/);
    expect(summary).toMatchObject({ rejectsFile: null, orders: { added: 1 } });
    expect(await loaded()).toEqual([{ n: 1 }]);
  });
});
