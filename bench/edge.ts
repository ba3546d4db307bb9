import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { startNeonProxy } from '../local/neon-proxy/startNeonProxy.ts';
import { removePostgres } from '../local/postgres/outside.ts';
import { startPostgres } from '../local/postgres/startPostgres.ts';
import { TARGET } from '../local/sample-shop/request.ts';
import { type CallTimes, timeCalls } from './edge/calls.ts';
import { fillDatabase } from './edge/database.ts';
import { bundleAll, type Kit, MADE_ANEW, withRuntime } from './edge/kit.ts';
import { findGenerator } from './edge/load.ts';
import { type MemoryRow, measureMemory } from './edge/memory.ts';
import { pathsOf, READS } from './edge/reads.ts';
import {
  figuresOf,
  MEASURING,
  type Sizes,
  showCalls,
  showMemory,
  showSizes,
  showThroughput,
} from './edge/report.ts';
import { makeEdgeShop } from './edge/shop.ts';
import { writeSnapshot } from './edge/snapshot.ts';
import { measureStart } from './edge/start.ts';
import { measureThroughput, type Row } from './edge/throughput.ts';
import { writeDefaults, writePlainValues } from './edge/values.ts';
import { someOf } from './someOf.ts';
import { writeFigures } from './table.ts';

const PARTS = ['sizes', 'calls', 'throughput', 'memory'];
const STATES = ['hot', 'cold shard', 'KV down', 'all down', 'node'];

const program = new Command('bench:edge')
  .description(
    'Measures the Worker in workerd: reads a second, latency, size, start, time and memory a request.',
  )
  .option('--users <n>', 'customers', String(TARGET.users))
  .option('--items <n>', 'products', String(TARGET.items))
  .option('--large <n,n>', 'larger shops whose memory is measured', '42000,750000')
  .option('--seconds <n>', 'how long each read is measured', '5')
  .option('--only <parts>', 'some of them', someOf(PARTS), PARTS.join())
  .option('--states <names>', `of the throughput only these: ${STATES.join(', ')}`, someOf(STATES))
  .option('--json <file>', 'also write the figures there')
  .parse();
const flags = program.opts<{
  users: string;
  items: string;
  large: string;
  seconds: string;
  only: string;
  states?: string;
  json?: string;
}>();
const [users, items, seconds] = [flags.users, flags.items, flags.seconds].map(Number) as [
  number,
  number,
  number,
];
const parts = flags.only.split(',');
const measures = (part: string) => parts.includes(part);
const larger = flags.large.split(',').filter(Boolean).map(Number);

/** Shards of hot customers: with the other parts they fit into an isolate's memory. */
const HOT_SHARDS = 100;
const STARTS = 7;
const BATCHES = 400;
const say = (what: string) => console.error(`${what} …`);

const folder = await mkdtemp(join(tmpdir(), 'bench-edge-'));
// PostgreSQL, which is not run as root, has to enter it.
await chmod(folder, 0o755);
const stops: (() => Promise<void>)[] = [];

try {
  say('making the snapshot');
  const shop = makeEdgeShop({ users, items });
  const files = join(folder, 'kv');
  const snapshot = await writeSnapshot(shop, files);
  const defaults = join(folder, 'defaults.json');
  await writeDefaults(shop, defaults);
  const hot = snapshot.usersByShard.slice(0, HOT_SHARDS).flatMap((shard) => shard.slice(0, 10));
  const cold = [0, 1].flatMap((at) => snapshot.usersByShard.map((shard) => shard[at] ?? 0));
  const plain = await writePlainValues(shop, hot, files);
  say('bundling the Worker');
  const kit: Kit = { folder, files, bundles: await bundleAll(defaults, folder) };
  const generator = await findGenerator();

  const { edge, code } = kit.bundles;
  const sizes: Sizes | null = measures('sizes')
    ? {
        ...{ gzipBytes: edge.gzipBytes, codeGzipBytes: code.gzipBytes },
        start: await measureStart(kit, STARTS),
      }
    : null;
  if (sizes !== null) showSizes(sizes);

  const calls = new Map<string, CallTimes>();
  for (const vars of measures('calls') ? [{}, MADE_ANEW] : [])
    for (const read of READS) {
      const paths = pathsOf(read, hot, items);
      const times = await withRuntime(kit, { name: 'calls', script: 'wrapped', vars }, (runtime) =>
        timeCalls(runtime, paths, { batches: BATCHES }),
      );
      calls.set(vars === MADE_ANEW ? `${read}, made anew` : read, times);
    }
  const paths = pathsOf('user', hot, items);
  if (measures('calls')) {
    const alone = await withRuntime(kit, { name: 'calls', script: 'wrapped' }, (runtime) =>
      timeCalls(runtime, paths, { batches: BATCHES, bytes: 7_000 }),
    );
    calls.set(MEASURING, alone);
    showCalls(calls);
  }

  const rows: Row[] = [];
  if (measures('throughput')) {
    say('filling PostgreSQL');
    const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), log: () => undefined });
    stops.push(() => postgres.stop());
    await fillDatabase(postgres.url, { shop, manifest: snapshot.manifest });
    const proxy = await startNeonProxy({ postgresUrl: postgres.url });
    stops.push(() => proxy.stop());
    say('putting load on');
    const at = { databaseUrl: postgres.url, fetchEndpoint: proxy.fetchEndpoint };
    const states = flags.states?.split(',') ?? null;
    rows.push(
      ...(await measureThroughput({ kit, generator, seconds, items, hot, cold, plain, states, ...at })),
    );
    const { tables } = snapshot.manifest;
    showThroughput(
      rows,
      `Reads by 8 connections (${generator}) from one workerd: ${users} customers in ${tables.users.length} shards, ` +
        `${items} products,\nlists made up and encoded by the publisher's codecs (no batch run); KV answers at once, ` +
        'from memory of the same process',
    );
    console.log(
      'similar and cart read no shard of customers: what they need is one part, kept after the first read.',
    );
  }
  const memory: MemoryRow[] = [];
  for (const count of measures('memory') ? [items, ...larger] : []) {
    const of = { users, items: count, snapshot: count === items ? snapshot : null };
    memory.push(await measureMemory({ kit, generator, requests: 10_000, ...of }));
  }
  if (memory.length > 0) showMemory(memory, items);
  if (flags.json !== undefined) await writeFigures(flags.json, figuresOf({ rows, calls, sizes, memory }));
} finally {
  for (const stop of stops.reverse()) await stop();
  await removePostgres(join(folder, 'postgres'));
  await rm(folder, { recursive: true, force: true });
}
