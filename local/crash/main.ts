import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import pg from 'pg';
import { removePostgres } from '../postgres/outside.ts';
import { startPostgres } from '../postgres/startPostgres.ts';
import { startBatch } from '../testing/batchProcess.ts';
import { BATCH, bundle } from '../testing/bundle.ts';
import { startCloudsOn } from '../testing/cloudsOn.ts';
import { insertSmallShop } from '../testing/smallShop.ts';
import { crashRun } from './crashRun.ts';
import { expectedRemains, readRemains } from './verify.ts';

const USAGE = `npm run crash [-- --every N --most N]

Kills a batch run with SIGKILL at every point (each cloud call and statement: its answer lost, and right after
it), starts it again each time, and proves that it ends, with one job of each kind, no row lost or doubled, and
whole snapshots for a reader all along. --every 10 takes every tenth point.`;

const CUSTOMERS = 40;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      every: { type: 'string', default: '1' },
      most: { type: 'string', default: '10000' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const folder = await mkdtemp(join(tmpdir(), 'crash-'));
  await chmod(folder, 0o755);
  const postgres = await startPostgres({
    dataDir: join(folder, 'postgres'),
    settings: { max_connections: '200' },
    log: (line) => console.error(line),
  });
  try {
    return await crashOn(postgres.url, { every: Number(values.every), most: Number(values.most) });
  } finally {
    await postgres.stop();
    await removePostgres(join(folder, 'postgres'));
    await rm(folder, { recursive: true, force: true });
  }
}

async function crashOn(
  databaseUrl: string,
  { every, most }: { readonly every: number; readonly most: number },
): Promise<number> {
  const clouds = await startCloudsOn(databaseUrl);
  const client = new pg.Client({ connectionString: databaseUrl });
  const program = await bundle(BATCH);
  try {
    const { environment } = clouds;
    const migrated = await startBatch({ program, args: ['migrate'], environment }).ended;
    if (migrated.code !== 0) throw new Error(migrated.said);
    await client.connect();
    await insertSmallShop(client, { customers: CUSTOMERS, products: 30 });
    const startedAt = performance.now();
    const { points, seen, looks, snapshots } = await crashRun({
      clouds,
      program,
      every,
      most,
      log: (line) => console.log(line),
      meanwhile: async () => {
        await client.query('UPDATE products SET available = false WHERE item_number % 5 = 0');
      },
    });
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    const remains = await readRemains(clouds);
    const sound = isDeepStrictEqual(remains, expectedRemains(CUSTOMERS));
    console.log(`\n${points.length} of ${seen} points, ${seconds} s`);
    console.log(`readers: ${looks} whole snapshots read, live in turn: ${snapshots.join(', ')}`);
    console.log(JSON.stringify(remains));
    console.log(
      sound ? 'As it must be.' : `NOT AS IT MUST BE: ${JSON.stringify(expectedRemains(CUSTOMERS))}`,
    );
    return sound && snapshots.join() === '1,2' ? 0 : 1;
  } finally {
    await client.end();
    await clouds.stop();
    await rm(program, { force: true });
  }
}

process.exitCode = await main();
