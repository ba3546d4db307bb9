import { type Figure, formatTable, megabytes, seconds } from '../table.ts';
import type { EngineCase } from './cases.ts';
import type { Limits } from './limits.ts';
import type { Measurement } from './measure.ts';

export interface Measured {
  readonly case: EngineCase;
  readonly users: number;
  readonly items: number;
  readonly lines: number;
  readonly measurement: Measurement;
  /** Bytes above idle Node. */
  readonly memory: number;
}

/** What a kernel does most of, and how fast the machine could. */
interface Bound {
  readonly operations: number;
  readonly unit: string;
  readonly limit: keyof Limits;
}

const STAGES = {
  recommender: 'train recommender',
  lists: 'recommend to every user',
  similar: 'train similar items',
  popularity: 'train popularity',
  affinity: 'train item affinity',
  segments: 'users of every item',
};

/** Bytes of a row of interactions: user, item and time. */
const ROW = 12;

function boundsOf({ measurement }: Measured): Record<string, Bound> {
  const { work } = measurement;
  if (work === null) return {};
  const pairs: Bound = { operations: work.cooccurrence, unit: 'additions', limit: 'itemAdditions' };
  const ridge: Bound = { operations: work.ridge, unit: 'multiply-adds', limit: 'multiplyAdds' };
  // Read to count, read to place, keys written and read.
  const history: Bound = { operations: work.rows * (2 * ROW + 16), unit: 'bytes', limit: 'readBytes' };
  return {
    [`${STAGES.recommender}/history`]: history,
    [`${STAGES.recommender}/relate`]: { ...pairs, operations: 2 * pairs.operations },
    [`${STAGES.recommender}/ridge`]: ridge,
    [`${STAGES.recommender}/popularity`]: { operations: work.rows * ROW, unit: 'bytes', limit: 'readBytes' },
    [`${STAGES.lists}/lists`]: {
      operations: work.follow + work.reached,
      unit: 'additions and items scored',
      limit: 'itemAdditions',
    },
    [`${STAGES.similar}/history`]: history,
    [`${STAGES.similar}/relate`]: pairs,
    [`${STAGES.affinity}/history`]: history,
    [`${STAGES.affinity}/relate`]: pairs,
    [`${STAGES.segments}/segments`]: {
      operations: work.segments,
      unit: 'additions',
      limit: 'itemAdditions',
    },
  };
}

const LIMIT_NAMES: Record<keyof Limits, string> = {
  multiplyAdds: 'multiply-adds, doubles in cache',
  itemAdditions: 'random additions, one number an item',
  readBytes: 'bytes read from memory in order',
};

const billions = (value: number) => `${(value / 1e9).toFixed(value < 1e10 ? 2 : 1)}`;

/** Each kernel's time, operations and distance to what the machine can do. */
export function showKernels(measured: Measured, limits: Limits): void {
  const bounds = boundsOf(measured);
  const rows = Object.entries(measured.measurement.phases)
    .filter(([, time]) => time >= 0.02)
    .map(([key, time]) => {
      const bound = bounds[key];
      const [stage = '', phase = ''] = key.split('/');
      if (bound === undefined) return [stage, phase, seconds(time), '', '', '', ''];
      const least = bound.operations / limits[bound.limit];
      const done = [billions(bound.operations), bound.unit, seconds(least), `${(time / least).toFixed(1)} ×`];
      return [stage, phase, seconds(time), ...done];
    });
  const header = ['stage', 'kernel', 'time', '10⁹', 'operations', 'at the limit', 'distance'];
  console.log(`\n${formatTable(`Kernels with known weights, ${sizeText(measured)}`, header, rows)}`);
  const limitRows = Object.entries(LIMIT_NAMES).map(([key, name]) => [
    name,
    billions(limits[key as keyof Limits]),
  ]);
  console.log(formatTable('Limits of this machine, all threads', ['what', '10⁹ a second'], limitRows));
}

const sizeText = ({ users, items, lines }: Measured) => `${users} users, ${items} items, ${lines} lines`;

function totalOf({ measurement }: Measured): number {
  return measurement.stages.reduce((sum, stage) => sum + stage.seconds, 0);
}

/** Every stage of every case, then totals beside what must be reached on two cores. */
export function showCases(
  measured: readonly Measured[],
  on: { readonly threads: number; readonly idle: number },
): void {
  for (const one of measured) {
    const rows = one.measurement.stages.map((stage) => [stage.name, seconds(stage.seconds)]);
    console.log(
      formatTable(
        `${one.case.name}: ${sizeText(one)}`,
        ['stage', 'time'],
        [...rows, ['all', seconds(totalOf(one))]],
      ),
    );
  }
  const rows = measured.map((one) => {
    const { most } = one.case;
    const total = totalOf(one);
    return [
      one.case.name,
      seconds(total),
      seconds(most.seconds),
      `${(total / most.seconds).toFixed(2)} ×`,
      megabytes(one.memory),
      most.bytes === null ? '' : megabytes(most.bytes),
      most.bytes === null ? '' : `${(one.memory / most.bytes).toFixed(2)} ×`,
      seconds(one.measurement.longestPause),
    ];
  });
  console.log(
    formatTable(
      `All recipes trained and inferred, ${on.threads} threads; memory above idle Node (${megabytes(on.idle)})`,
      ['case', 'time', 'to reach', 'ratio', 'memory', 'to reach', 'ratio', 'longest pause'],
      rows,
    ),
  );
}

export function figuresOf(measured: readonly Measured[], limits: Limits | null): Figure[] {
  const figures = measured.flatMap((one): Figure[] => [
    ...one.measurement.stages.map((stage) => ({
      case: one.case.name,
      metric: stage.name,
      value: stage.seconds,
      unit: 'seconds' as const,
    })),
    { case: one.case.name, metric: 'all', value: totalOf(one), unit: 'seconds' },
    {
      case: one.case.name,
      metric: 'to reach',
      value: totalOf(one) / one.case.most.seconds,
      unit: 'ratio',
    },
    { case: one.case.name, metric: 'memory above idle', value: one.memory, unit: 'bytes' },
    { case: one.case.name, metric: 'longest pause', value: one.measurement.longestPause, unit: 'seconds' },
  ]);
  const kernels = measured.filter((one) => one.case.kernels && limits !== null);
  const ratios = kernels.flatMap((one) =>
    Object.entries(boundsOf(one)).flatMap(([key, bound]): Figure[] => {
      const time = one.measurement.phases[key];
      if (time === undefined || limits === null) return [];
      const distance = time / (bound.operations / limits[bound.limit]);
      return [
        { case: `kernel ${key}`, metric: 'time', value: time, unit: 'seconds' },
        { case: `kernel ${key}`, metric: 'distance to the limit', value: distance, unit: 'ratio' },
      ];
    }),
  );
  return [...figures, ...ratios];
}
