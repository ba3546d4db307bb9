import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { createKvStore } from '../batch/publish/kvStore.ts';
import { createObjectStore } from '../batch/storage/objectStore.ts';
import { removePostgres } from '../local/postgres/outside.ts';
import { generateShop, type Shop } from '../local/sample-shop/generateShop.ts';
import { TARGET } from '../local/sample-shop/request.ts';
import { writeShop } from '../local/sample-shop/writeShop.ts';
import { figuresOf, type Measured, showMeasured, type Timing } from './batchReport.ts';
import { BUCKET, type Clouds, startClouds } from './clouds.ts';
import {
  exportFloor,
  ingestFloor,
  type KvContent,
  type LoadFloor,
  loadFloor,
  loadInputFloor,
  readKvContent,
} from './floors.ts';
import { watchMemory } from './processMemory.ts';
import { readStepTimes, readTableSizes, type StepTime } from './results.ts';
import { runBatchCommand } from './runBatch.ts';
import { megabytes, writeFigures } from './table.ts';

interface Flags {
  users: string;
  items: string;
  lines?: string;
  seed: string;
  json?: string;
  keep?: boolean;
}

const PublishCounts = z.object({ kv_writes: z.number().default(0) });

/** The name of a process in the memory table. */
function nameProcess(command: string, pid: number): string | null {
  if (pid === process.pid) return 'bench';
  const batchCommand = /batch\/main\.ts (\w+)/.exec(command)?.[1];
  if (batchCommand !== undefined) return `batch ${batchCommand}`;
  if (command.includes('cloudProcess.ts personalize')) return 'stand-in, engine';
  if (command.includes('cloudProcess.ts s3')) return 's3';
  if (/(^|\/)postgres(:| |$)/.test(command)) return 'postgres';
  if (command.includes('workerd')) return 'workerd';
  return command.includes('wrangler') ? 'wrangler' : null;
}

function noteOf(counts: StepTime['counts']): string {
  return Object.entries(counts)
    .map(([name, value]) => `${name} ${Number.isInteger(value) ? value : value.toFixed(3)}`)
    .join(', ');
}

interface Floors {
  readonly export: number;
  /** What load reads. */
  readonly inputs: number;
  readonly load: LoadFloor;
  readonly kv: KvContent;
}

function stepTimings({ name, seconds, counts }: StepTime, floors: Floors): Timing[] {
  const { load } = floors;
  const own = { step: `  ${name}`, seconds: seconds ?? 0, note: noteOf(counts) };
  if (name === 'export') return [{ ...own, floor: ['COPY TO of the lines', floors.export] }];
  if (name === 'publish') return [{ ...own, floor: ['same bytes to KV', floors.kv.kvFloor] }];
  if (name !== 'load') return [{ ...own, floor: null }];
  return [
    { ...own, floor: ['reads of its rows and outputs, COPY of its rows', floors.inputs + load.bare] },
    {
      step: '    rows into Postgres',
      seconds: load.whole,
      floor: ['COPY of the same bytes', load.bare],
      note: 'the part of load that Postgres works at: COPY into a new partition, index, ANALYZE, attach, commit',
    },
  ];
}

interface Bench {
  readonly shop: Shop;
  readonly folder: string;
  readonly clouds: Clouds;
  readonly signal: AbortSignal;
}

async function measure({ shop, folder, clouds, signal }: Bench): Promise<Measured> {
  const { databaseUrl, env } = clouds;
  const place = { env, folder, signal };
  const watch = watchMemory(nameProcess);
  await runBatchCommand(['migrate'], place);
  const started = performance.now();
  const files = await writeShop(shop, join(folder, 'shop'));
  const generated = (performance.now() - started) / 1000;
  const bytes = (await stat(files.orders)).size;
  const copied = await ingestFloor(databaseUrl, files);
  const fileArguments = Object.entries(files).flatMap(([kind, file]) => [`--${kind}`, file]);
  const ingested = await runBatchCommand(['ingest', ...fileArguments], place);
  const ran = await runBatchCommand(['run'], place);
  const peaks = new Map(watch.peaks());
  watch.stop();
  const tables = await readTableSizes(databaseUrl);
  const tools = { fetch, firstWaitMs: 100, signal: AbortSignal.timeout(600_000) };
  const store = createKvStore({ baseUrl: clouds.kvBaseUrl, apiToken: null }, tools);
  const kv = await readKvContent(store, join(folder, 'kv'));
  const outputs = createObjectStore(
    {
      bucket: BUCKET,
      prefix: '',
      region: env['AWS_REGION'],
      endpoint: env['AWS_ENDPOINT_URL_S3'] ?? '',
      forcePathStyle: true,
    },
    { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } },
  );
  const floors: Floors = {
    export: await exportFloor(databaseUrl),
    inputs: await loadInputFloor(databaseUrl, outputs),
    load: await loadFloor(databaseUrl, folder),
    kv,
  };
  const steps = await readStepTimes(databaseUrl);
  const timings: Timing[] = [
    { step: 'generate shop', seconds: generated, floor: null, note: `${megabytes(bytes)} of orders, gzip` },
    {
      step: 'ingest',
      seconds: ingested,
      floor: ['COPY of the files', copied],
      note: `${shop.size.lines} lines`,
    },
    { step: 'run, all steps', seconds: ran, floor: null, note: 'with start and end of the process' },
    ...steps.flatMap((step) => stepTimings(step, floors)),
  ];
  const published = steps.find((step) => step.name === 'publish')?.counts ?? {};
  const kvWrites = PublishCounts.parse(published).kv_writes;
  return { timings, peaks, tables, kv, kvWrites };
}

const program = new Command('bench:batch')
  .description('Measures ingest and a full batch run against the local clouds, each step beside its floor.')
  .option('--users <n>', 'customers', String(TARGET.users))
  .option('--items <n>', 'products', String(TARGET.items))
  .option('--lines <n>', 'order lines (default 10.92 a customer)')
  .option('--seed <n>', 'seed of the shop', '1')
  .option('--json <file>', 'also write the figures there')
  .option('--keep', 'keep the temporary folder and say where it is')
  .parse();
const { json, keep, ...request } = program.opts<Flags>();
const shop = generateShop(request);
const { users, items, lines } = shop.size;
const name = `${users} users, ${items} items, ${lines} lines`;
const folder = await mkdtemp(join(tmpdir(), 'bench-batch-'));
// PostgreSQL, which is not run as root, has to enter it.
await chmod(folder, 0o755);
// What is started and written has to go also when the bench is stopped.
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => stop.abort(new Error(signal)));
let clouds: Clouds | null = null;
try {
  clouds = await startClouds(folder);
  const measured = await measure({ shop, folder, clouds, signal: stop.signal });
  showMeasured(measured, name);
  if (json !== undefined) await writeFigures(json, figuresOf(measured, name));
} finally {
  await clouds?.stop();
  if (keep === true) console.log(`kept: ${folder}`);
  else {
    await removePostgres(join(folder, 'postgres'));
    await rm(folder, { recursive: true, force: true });
  }
}
