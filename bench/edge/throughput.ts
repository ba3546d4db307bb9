import { z } from 'zod';
import { type Kit, MADE_ANEW, type Started, withRuntime } from './kit.ts';
import { type Load, perSecond, putLoad } from './load.ts';
import { withNodeServers } from './nodeRows.ts';
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
  /** The plain design's values of the hot customers, by their ids. */
  readonly plain: ReadonlyMap<string, string>;
  /** Only these states; null: all. */
  readonly states: readonly string[] | null;
  readonly databaseUrl: string;
  readonly fetchEndpoint: string;
}

const SAMPLE = 100;
const Answered = z.object({ source: z.string() });
const NOWHERE = 'http://127.0.0.1:1/sql';

/** The reads in each state of the stores, each in a runtime of its own; beside what they are compared with. */
export async function measureThroughput(request: ThroughputRequest): Promise<Row[]> {
  const { hot, cold, databaseUrl, fetchEndpoint, states } = request;
  const rows: Row[] = [];
  const edge = async (state: string, users: readonly number[], started: Started, reads: readonly Read[]) => {
    if (states !== null && !states.includes(state)) return;
    for (const read of reads) rows.push(await measureRead(request, { state, users, started, read }));
  };
  const compared = await measureCompared(request);
  await edge(
    'hot',
    hot,
    { name: 'hot', script: 'edge' },
    READS.filter((read) => read !== 'user'),
  );
  await edge('cold shard', cold, { name: 'cold', script: 'edge' }, ['user', 'page']);
  const down = { DATABASE_URL: databaseUrl, NEON_FETCH_ENDPOINT: fetchEndpoint };
  await edge('KV down', hot, { name: 'kv-down', script: 'edge', vars: down, fault: 'error' }, READS);
  const none = { ...down, NEON_FETCH_ENDPOINT: NOWHERE };
  await edge('all down', hot, { name: 'all-down', script: 'edge', vars: none, fault: 'error' }, READS);
  if (states === null || states.includes('node')) rows.push(...(await nodeRows(request)));
  return [...compared, ...rows];
}

/** How often each of the compared rows is measured at least, a second each; the median counts. */
const TURNS = 9;

/**
 * What is compared: at the same time in runtimes of their own, load put on one after the other, many times and
 * every other time backwards, so that what else the machine does falls on all of them alike.
 */
async function measureCompared(request: ThroughputRequest): Promise<Row[]> {
  const { hot, kit } = request;
  const bytes = await bodyBytes(request);
  const ids = hot.map(userIdOf);
  const reads = pathsOf('user', hot, request.items);
  const yardsticks: Started = { name: 'yardsticks', script: 'yardsticks', vars: { BYTES: String(bytes) } };
  const full = { EVERYTHING: '1', LOG_SAMPLE: '0.01' };
  const cases: Compared[] = [
    { what: `bare Hono route, ${bytes} bytes`, started: yardsticks, paths: ids.map((id) => `/bare/${id}`) },
    { what: 'plain design, a JSON key each', started: yardsticks, paths: ids.map((id) => `/plain/${id}`) },
    { what: 'user', state: 'hot', started: { name: 'hot-user', script: 'edge' }, paths: reads },
    {
      ...{ what: 'user', state: 'hot, made anew', paths: reads },
      started: { name: 'anew', script: 'edge', vars: MADE_ANEW },
    },
    {
      ...{ what: 'user', state: 'hot, all on', paths: reads },
      started: { name: 'full', script: 'wrapped', vars: full },
    },
  ];
  const measureIn = async (urls: readonly string[]): Promise<Row[]> => {
    const loads: Load[][] = cases.map(() => []);
    for (const [i, { paths }] of cases.entries()) await warmUp(request, urls[i] ?? '', paths);
    const order = [...cases.entries()];
    for (let turn = 0; turn < Math.max(TURNS, request.seconds); turn += 1) {
      for (const [i, { paths }] of order) {
        const at = { url: urls[i] ?? '', paths, folder: kit.folder, seconds: 1 };
        loads[i]?.push(await putLoad(request.generator, at));
      }
      order.reverse();
    }
    return await Promise.all(
      cases.map(async ({ what, state = '', paths }, i) => ({
        ...{ what, state, load: medianOf(loads[i] ?? []) },
        sources: state === '' ? '' : await sampleSources(urls[i] ?? '', paths),
      })),
    );
  };
  const nested = cases.reduceRight<(urls: readonly string[]) => Promise<Row[]>>(
    (inner, { started }) =>
      (urls) =>
        withRuntime(kit, started, ({ url }) => inner([...urls, url])),
    measureIn,
  );
  return await nested([]);
}

interface Compared {
  readonly what: string;
  readonly state?: string;
  readonly started: Started;
  readonly paths: readonly string[];
}

/** The load of the turn that stands in the middle by its rate, with the failures of all. */
function medianOf(loads: readonly Load[]): Load {
  const sorted = [...loads].sort((a, b) => perSecond(a) - perSecond(b));
  const middle = sorted[sorted.length >> 1];
  if (middle === undefined) throw new Error('nothing was measured');
  return { ...middle, failed: loads.reduce((sum, { failed }) => sum + failed, 0) };
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
async function warmLoad(request: ThroughputRequest, url: string, paths: readonly string[]): Promise<Load> {
  await warmUp(request, url, paths);
  const { generator, seconds, kit } = request;
  return await putLoad(generator, { url, paths, seconds, folder: kit.folder });
}

async function warmUp(
  { kit, generator, seconds }: ThroughputRequest,
  url: string,
  paths: readonly string[],
): Promise<void> {
  await putLoad(generator, { url, paths, seconds: Math.max(1, Math.ceil(seconds / 2)), folder: kit.folder });
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

/** For orientation. */
function nodeRows(request: ThroughputRequest): Promise<Row[]> {
  const paths = request.hot.map((user) => `/plain/${userIdOf(user)}`);
  return withNodeServers(request.plain, request.kit.folder, async ({ what, url }) => ({
    ...{ what, state: '', sources: '' },
    load: await warmLoad(request, url, paths),
  }));
}
