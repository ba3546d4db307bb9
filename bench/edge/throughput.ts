import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import { findFreePort } from '../../local/freePort.ts';
import { projectRoot } from '../clouds.ts';
import { type Kit, type Started, withRuntime } from './kit.ts';
import { type Load, putLoad } from './load.ts';
import { pathsOf, READS, type Read } from './reads.ts';
import { userIdOf } from './shop.ts';

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly state: string;
  readonly load: Load;
  /** Stores that gave the answers, most frequent first, from a sample after the load. */
  readonly sources: string;
}

export interface ThroughputRequest {
  readonly kit: Kit;
  readonly generator: 'wrk' | 'node';
  readonly seconds: number;
  readonly items: number;
  /** Customers whose shards fit into an isolate's memory, and customers whose shards do not, shard by shard. */
  readonly hot: readonly number[];
  readonly cold: readonly number[];
  readonly databaseUrl: string;
  readonly fetchEndpoint: string;
}

const SAMPLE = 100;
const Answered = z.object({ source: z.string() });
const NOWHERE = 'http://127.0.0.1:1/sql';

/** Every case in turn, each in a runtime of its own. */
export async function measureThroughput(request: ThroughputRequest): Promise<Row[]> {
  const { hot, cold, databaseUrl, fetchEndpoint } = request;
  const rows: Row[] = [];
  const edge = async (state: string, users: readonly number[], started: Started, reads: readonly Read[]) => {
    for (const read of reads) rows.push(await measureRead(request, { state, users, started, read }));
  };
  await edge('hot', hot, { name: 'hot', script: 'edge' }, READS);
  const full = { EVERYTHING: '1', LOG_SAMPLE: '0.01' };
  await edge('hot, all on', hot, { name: 'full', script: 'wrapped', vars: full }, ['user']);
  await edge('cold shard', cold, { name: 'cold', script: 'edge' }, ['user', 'page']);
  const down = { DATABASE_URL: databaseUrl, NEON_FETCH_ENDPOINT: fetchEndpoint };
  await edge('KV down', hot, { name: 'kv-down', script: 'edge', vars: down, fault: 'error' }, READS);
  const none = { ...down, NEON_FETCH_ENDPOINT: NOWHERE };
  await edge('all down', hot, { name: 'all-down', script: 'edge', vars: none, fault: 'error' }, READS);
  const bytes = rows[0] === undefined ? 7_000 : await bodyBytes(request);
  const ids = hot.map(userIdOf);
  const yardstick = (what: string, paths: readonly string[]) =>
    withRuntime(
      request.kit,
      { name: 'yardsticks', script: 'yardsticks', vars: { BYTES: String(bytes) } },
      async ({ url }): Promise<Row> => ({
        what,
        state: '',
        load: await warmLoad(request, url, paths),
        sources: '',
      }),
    );
  const bare = await yardstick(
    `bare Hono route, ${bytes} bytes`,
    ids.map((id) => `/bare/${id}`),
  );
  const plain = await yardstick(
    'plain design, a JSON key each',
    ids.map((id) => `/plain/${id}`),
  );
  return [bare, plain, ...rows, await nodeRow(request, ids)];
}

interface ReadCase {
  readonly state: string;
  readonly users: readonly number[];
  readonly started: Started;
  readonly read: Read;
}

function measureRead(request: ThroughputRequest, { state, users, started, read }: ReadCase): Promise<Row> {
  const paths = pathsOf(read, users, request.items);
  return withRuntime(request.kit, started, async ({ url }) => {
    const load = await warmLoad(request, url, paths);
    return { what: read, state, load, sources: await sampleSources(url, paths) };
  });
}

/** Once over all paths first, so that what can be in memory is, and the code is compiled. */
async function warmLoad(
  { kit, generator, seconds }: ThroughputRequest,
  url: string,
  paths: readonly string[],
): Promise<Load> {
  await putLoad(generator, { url, paths, seconds: Math.max(1, Math.ceil(seconds / 2)), folder: kit.folder });
  return await putLoad(generator, { url, paths, seconds, folder: kit.folder });
}

async function sampleSources(url: string, paths: readonly string[]): Promise<string> {
  const counts = new Map<string, number>();
  const step = Math.max(1, Math.floor(paths.length / SAMPLE));
  for (let i = 0; i < paths.length; i += step) {
    const { source } = Answered.parse(await (await fetch(url + paths[i])).json());
    counts.set(source, (counts.get(source) ?? 0) + 1);
  }
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([source, count]) => `${source} ${Math.round((100 * count) / all)} %`)
    .join(', ');
}

/** Of a customer's answer, the mean of some. */
function bodyBytes({ kit, hot, items }: ThroughputRequest): Promise<number> {
  return withRuntime(kit, { name: 'bytes', script: 'edge' }, async ({ url }) => {
    const paths = pathsOf('user', hot.slice(0, 50), items);
    let bytes = 0;
    for (const path of paths) bytes += (await (await fetch(url + path)).arrayBuffer()).byteLength;
    return Math.round(bytes / paths.length);
  });
}

async function nodeRow(request: ThroughputRequest, ids: readonly string[]): Promise<Row> {
  const port = await findFreePort();
  const child: ChildProcess = fork(
    join(projectRoot, 'bench/edge/nodeServer.ts'),
    [request.databaseUrl, String(port)],
    { execArgv: ['--import', import.meta.resolve('tsx')] },
  );
  try {
    await once(child, 'message');
    const paths = ids.map((id) => `/plain/${id}`);
    const load = await warmLoad(request, `http://127.0.0.1:${port}`, paths);
    return { what: 'Node, Hono and PostgreSQL', state: '', load, sources: '' };
  } finally {
    const gone = once(child, 'exit');
    child.disconnect();
    await gone;
  }
}
