import { type Figure, formatTable, seconds } from '../table.ts';
import { type Reliability, ratioOf } from './calibration.ts';

/** One protocol's figures beside the published ones. */
export interface ProtocolResult {
  readonly protocol: string;
  readonly metrics: readonly string[];
  readonly ours: readonly number[];
  readonly goal: readonly (number | null)[];
  readonly aim: readonly (number | null)[];
  readonly published: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly notes: readonly string[];
  /** Of the chances, on the window that was held out. */
  readonly reliability: Reliability | null;
  readonly seconds: number;
}

export type Log = (line: string) => void;

const cell = (value: number | null | undefined) => (value == null ? '' : value.toFixed(4));
const ratio = (value: number, to: number | null | undefined) =>
  to == null ? '' : `${(value / to).toFixed(2)} ×`;

/** Published figures, what is to be reached, ours, and ours over each of them. */
export function showResults(results: readonly ProtocolResult[]): string {
  const rows = results.flatMap((result) => {
    const { metrics, ours, goal, aim, published } = result;
    return metrics.map((metric, at) => {
      const values = published.map((row) => [row.name, row.values[at] as number] as const);
      const [name, best] = values.reduce((top, one) => (one[1] > top[1] ? one : top), ['', 0] as const);
      return [
        at === 0 ? result.protocol : '',
        metric,
        cell(best === 0 ? null : best),
        name,
        cell(goal[at]),
        cell(aim[at]),
        cell(ours[at]),
        ratio(ours[at] as number, best === 0 ? null : best),
        ratio(ours[at] as number, goal[at]),
        at === 0 ? seconds(result.seconds) : '',
      ];
    });
  });
  return formatTable(
    'Quality, the same engine choosing by itself',
    ['protocol', 'metric', 'best published', 'of', 'reach', 'aim', 'ours', '/ best', '/ reach', 'time'],
    rows,
  );
}

/** Every published method of one protocol, ours last. */
export function showPublished({ protocol, metrics, published, ours, notes }: ProtocolResult): string {
  const rows = [...published, { name: 'this engine', values: ours }].map(({ name, values }) => [
    name,
    ...values.map(cell),
  ]);
  return [formatTable(protocol, ['method', ...metrics], rows).trimEnd(), ...notes, ''].join('\n');
}

/** Observed over expected purchases; in brackets the purchases where there are fewer than 50; below, the interval by resampling customers. */
export function showReliability(all: readonly Reliability[]): string {
  const rows = all.flatMap(({ name, deciles }) => [
    [name, ...deciles.map((decile) => ratioOf(decile)?.toFixed(2) ?? `(${decile.observed})`)],
    ['  95 %, from', ...deciles.map(({ interval }) => interval[0].toFixed(2))],
    ['  to', ...deciles.map(({ interval }) => interval[1].toFixed(2))],
  ]);
  const header = ['chances: observed / expected', ...(rows[0]?.slice(1).map((_, at) => `${at + 1}`) ?? [])];
  return formatTable('Calibration on the held-out window, by decile of the score', header, rows);
}

export function figuresOf(result: ProtocolResult): Figure[] {
  const { protocol, metrics, ours, published } = result;
  const row = (metric: string, value: number, unit: Figure['unit']) => ({
    case: protocol,
    metric,
    value,
    unit,
  });
  return [
    ...metrics.map((metric, at) => row(metric, ours[at] as number, 'ratio')),
    ...published.flatMap(({ name, values }) =>
      values.map((value, at) => row(`${metrics[at]} of ${name}`, value, 'ratio')),
    ),
    ...(result.reliability?.deciles ?? []).flatMap((decile, at) => {
      const value = ratioOf(decile);
      return value === null ? [] : [row(`observed / expected, decile ${at + 1}`, value, 'ratio')];
    }),
    row('time', result.seconds, 'seconds'),
  ];
}
