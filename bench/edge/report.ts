import { type Figure, formatTable, megabytes, times } from '../table.ts';
import type { CallTimes } from './calls.ts';
import { perSecond } from './load.ts';
import type { MemoryRow } from './memory.ts';
import type { StartTimes } from './start.ts';
import type { Row } from './throughput.ts';

export interface Sizes {
  readonly gzipBytes: number;
  readonly codeGzipBytes: number;
  readonly start: StartTimes;
}

const MOST = {
  ...{ gzipBytes: 150_000, startMs: 50, medianMs: 0.2, p99Ms: 1 },
  ...{ memory: 64e6, largeMemory: 100e6, hot: 0.8, plain: 2 },
};
/** The row of what the measuring itself takes; the others contain it. */
export const MEASURING = 'measuring alone';
const verdict = (good: boolean) => (good ? 'yes' : 'NO');
const ms = (value: number) => `${value.toFixed(value < 10 ? 3 : 1)}`;

export function showThroughput(rows: readonly Row[], title: string): void {
  const [bare, plain] = rows;
  const floor = bare === undefined ? 0 : perSecond(bare.load);
  const simple = plain === undefined ? 0 : perSecond(plain.load);
  const lines = rows.map((row) => [
    ...[row.what, row.state, perSecond(row.load).toFixed(0)],
    ...[row.load.p50, row.load.p95, row.load.p99].map((us) => ms(us / 1000)),
    ...[
      String(row.load.failed),
      (perSecond(row.load) / floor).toFixed(2),
      times(perSecond(row.load), simple),
    ],
    row.sources,
  ]);
  const header = [
    'read',
    'state',
    'a second',
    'p50 ms',
    'p95 ms',
    'p99 ms',
    'failed',
    'of bare',
    'plain',
    'from',
  ];
  console.log(`\n${formatTable(title, header, lines)}`);
  const hot = rows.find(({ what, state }) => what === 'user' && state === 'hot');
  if (hot === undefined) return;
  const rate = perSecond(hot.load);
  console.log(
    `hot user: ${(rate / floor).toFixed(2)} of a bare route (≥ ${MOST.hot}: ${verdict(rate >= MOST.hot * floor)}), ` +
      `${times(rate, simple)} the plain design (≥ ${MOST.plain} ×: ${verdict(rate >= MOST.plain * simple)})\n`,
  );
}

export function showCalls(calls: ReadonlyMap<string, CallTimes>): void {
  const rows = [...calls].map(([read, { median, p99, mean }]) => [
    ...[read, ms(median), ms(p99), ms(mean)],
    read === MEASURING ? '' : verdict(median <= MOST.medianMs && p99 <= MOST.p99Ms),
  ]);
  console.log(
    formatTable(
      `Milliseconds of processor a request from warm memory, inside the runtime, by batches of 25 (≤ ${MOST.medianMs} and ${MOST.p99Ms})`,
      ['read', 'median', 'p99', 'mean', 'met'],
      rows,
    ),
  );
}

export function showSizes({ gzipBytes, codeGzipBytes, start }: Sizes): void {
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  const most = kilobytes(MOST.gzipBytes);
  const rows = [
    [
      'bundle, gzip, with the largest defaults',
      kilobytes(gzipBytes),
      most,
      verdict(gzipBytes <= MOST.gzipBytes),
    ],
    ['bundle, gzip, code alone', kilobytes(codeGzipBytes), '', ''],
    [
      ...['start: script read and evaluated', `${start.script.toFixed(1)} ms`],
      ...[`${MOST.startMs} ms`, verdict(start.script <= MOST.startMs)],
    ],
    ['an empty Worker, from nothing to its answer', `${start.empty.toFixed(1)} ms`, '', ''],
    ['then the first request, without KV', `${start.first.toFixed(1)} ms`, '', ''],
  ];
  console.log(
    formatTable('Size, and start beside an empty Worker', ['what', 'measured', 'at most', 'met'], rows),
  );
}

export function showMemory(rows: readonly MemoryRow[], target: number): void {
  const lines = rows.map(({ items, users, requests, heap, buffers, before }) => {
    const most = items === target ? MOST.memory : MOST.largeMemory;
    return [
      ...[String(items), String(users), String(requests), megabytes(before.heap + before.buffers)],
      ...[megabytes(heap), megabytes(buffers), megabytes(heap + buffers), megabytes(most)],
      verdict(heap + buffers <= most),
    ];
  });
  const header = [
    'products',
    'customers',
    'requests',
    'at start',
    'heap',
    'buffers',
    'together',
    'at most',
    'met',
  ];
  console.log(
    formatTable("Memory of the isolate, from the runtime's inspector after a collection", header, lines),
  );
}

export interface Everything {
  readonly rows: readonly Row[];
  readonly calls: ReadonlyMap<string, CallTimes>;
  readonly sizes: Sizes | null;
  readonly memory: readonly MemoryRow[];
}

/** The same as rows to compare with other runs. */
export function figuresOf({ rows, calls, sizes, memory }: Everything): Figure[] {
  const figure = (of: string, metric: string, value: number, unit: Figure['unit']): Figure => ({
    ...{ case: of, metric, value, unit },
  });
  return [
    ...rows.flatMap(({ what, state, load }) => {
      const of = state === '' ? what : `${what}, ${state}`;
      const latency = (['p50', 'p95', 'p99'] as const).map((at) => figure(of, at, load[at] / 1e6, 'seconds'));
      return [figure(of, 'requests_a_second', perSecond(load), 'count'), ...latency];
    }),
    ...[...calls].flatMap(([read, { median, p99 }]) => [
      figure(read, 'call_median', median / 1e3, 'seconds'),
      figure(read, 'call_p99', p99 / 1e3, 'seconds'),
    ]),
    ...(sizes === null
      ? []
      : [
          figure('bundle', 'gzip', sizes.gzipBytes, 'bytes'),
          figure('bundle', 'code_gzip', sizes.codeGzipBytes, 'bytes'),
          figure('start', 'script', sizes.start.script / 1e3, 'seconds'),
          figure('start', 'first_request', sizes.start.first / 1e3, 'seconds'),
        ]),
    ...memory.map(({ items, heap, buffers }) =>
      figure(`${items} products`, 'memory', heap + buffers, 'bytes'),
    ),
  ];
}
