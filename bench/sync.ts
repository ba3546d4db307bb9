import { appendFileSync, createReadStream } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { Command } from 'commander';
import { removePostgres } from '../local/postgres/outside.ts';
import { startPostgres } from '../local/postgres/startPostgres.ts';
import { generateShop } from '../local/sample-shop/generateShop.ts';
import { TARGET } from '../local/sample-shop/request.ts';
import { type ShopFiles, writeShop } from '../local/sample-shop/writeShop.ts';
import { ingestFloor } from './floors.ts';
import { connected } from './results.ts';
import { runBatchCommand } from './runBatch.ts';
import { type Figure, formatTable, seconds, times, writeFigures } from './table.ts';

/** One order in so many changes in a day. */
const ONE_IN = 100;

interface Flags {
  users: string;
  items: string;
  lines?: string;
  seed: string;
  json?: string;
}

interface Row {
  readonly name: string;
  readonly seconds: number;
  readonly floor: number | null;
  readonly note: string;
}

/** A day's file: every hundredth order again, with one piece more of each line. @returns lines written */
async function writeIncrement(files: ShopFiles, path: string): Promise<number> {
  const rows: string[] = [];
  let header = '';
  let quantity = -1;
  let id = '';
  let order = 0;
  const lines = createInterface({ input: createReadStream(files.orders).pipe(createGunzip()) });
  for await (const line of lines) {
    if (header === '') {
      header = line;
      quantity = header.split(',').indexOf('quantity');
      continue;
    }
    const cells = line.split(',');
    if (cells[0] !== id) order++;
    id = cells[0] ?? '';
    if (order % ONE_IN !== 0) continue;
    cells[quantity] = String(Number(cells[quantity]) + 1);
    rows.push(cells.join(','));
  }
  await writeFile(path, `${header}\n${rows.join('\n')}\n`);
  return rows.length;
}

async function countOrders(url: string): Promise<string> {
  return await connected(url, async (client) => {
    const { rows } = await client.query(
      'SELECT (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM order_items) AS lines',
    );
    return `${rows[0].orders} orders, ${rows[0].lines} lines`;
  });
}

async function measure(folder: string, files: ShopFiles, databaseUrl: string): Promise<Row[]> {
  const env = {
    PATH: '/usr/bin:/bin',
    DATABASE_URL: databaseUrl,
    ID_HASH_KEY: '5a'.repeat(32),
    SOURCES_FILE: join(folder, 'sources.json'),
  };
  const place = { env, folder, signal: AbortSignal.timeout(600_000) };
  const parts = {
    orders: { files: 'orders*' },
    products: { files: 'products*' },
    customers: { files: 'customers*' },
  };
  await writeFile(
    env.SOURCES_FILE,
    JSON.stringify({ sources: { erp: { type: 'files', location: 'shop', ...parts } } }),
  );
  await runBatchCommand(['migrate'], place);
  const copied = await ingestFloor(databaseUrl, files);
  const first = await runBatchCommand(['sync'], place);
  const loaded = await countOrders(databaseUrl);
  const changed = await writeIncrement(files, join(folder, 'shop', 'orders2.csv'));
  const increment = await runBatchCommand(['sync'], place);
  const nothing = await runBatchCommand(['sync'], place);
  return [
    { name: 'first load', seconds: first, floor: copied, note: loaded },
    { name: 'a day: 1 % of the orders changed', seconds: increment, floor: null, note: `${changed} lines` },
    { name: 'nothing new', seconds: nothing, floor: null, note: 'start and end of the process' },
  ];
}

const program = new Command('bench:sync')
  .description('Measures `batch sync` of files beside the bare COPY of the same files.')
  .option('--users <n>', 'customers', String(TARGET.users))
  .option('--items <n>', 'products', String(TARGET.items))
  .option('--lines <n>', 'order lines (default 10.92 a customer)')
  .option('--seed <n>', 'seed of the shop', '1')
  .option('--json <file>', 'also write the figures there')
  .parse();
const { json, ...request } = program.opts<Flags>();
const folder = await mkdtemp(join(tmpdir(), 'bench-sync-'));
// PostgreSQL, which is not run as root, has to enter it.
await chmod(folder, 0o755);
const shop = generateShop(request);
const files = await writeShop(shop, join(folder, 'shop'));
const postgres = await startPostgres({
  dataDir: join(folder, 'postgres'),
  log: (line) => appendFileSync(join(folder, 'postgres-start.log'), `${line}\n`),
});
try {
  const rows = await measure(folder, files, postgres.url);
  const table = rows.map((row) => [
    row.name,
    seconds(row.seconds),
    row.floor === null ? '' : seconds(row.floor),
    times(row.seconds, row.floor),
    row.note,
  ]);
  const { users, items, lines } = shop.size;
  const title = `Sync of files: ${users} customers, ${items} products, ${lines} lines`;
  console.log(`\n${formatTable(title, ['', 'seconds', 'bare COPY', 'times', ''], table)}`);
  if (json !== undefined) {
    const figures = rows.flatMap(({ name, seconds: value, floor }): Figure[] => [
      { case: name, metric: 'seconds', value, unit: 'seconds' },
      ...(floor === null
        ? []
        : [{ case: name, metric: 'bare COPY', value: floor, unit: 'seconds' } as const]),
    ]);
    await writeFigures(json, figures);
  }
} finally {
  await postgres.stop();
  await removePostgres(join(folder, 'postgres'));
  await rm(folder, { recursive: true, force: true });
}
