import type { KvContent } from './floors.ts';
import type { TableSize } from './results.ts';
import { type Figure, formatTable, megabytes, seconds, times } from './table.ts';

export interface Timing {
  readonly step: string;
  readonly seconds: number;
  /** What the floor is, and its seconds. */
  readonly floor: readonly [string, number] | null;
  readonly note: string;
}

export interface Measured {
  readonly timings: readonly Timing[];
  readonly peaks: ReadonlyMap<string, number>;
  readonly tables: readonly TableSize[];
  readonly kv: KvContent;
  readonly kvWrites: number;
}

/** Snapshots there are while a run publishes: live, previous and new. */
const SNAPSHOTS_AT_MOST = 3;

/** What the database holds at most: the run measured has left one snapshot, to which two more are added. */
function duringPublish(tables: readonly TableSize[]): TableSize {
  const sum = (of: (table: TableSize) => number) =>
    tables.reduce(
      (total, table) => total + of(table) * (table.name.startsWith('snapshot_') ? SNAPSHOTS_AT_MOST : 1),
      0,
    );
  return {
    name: 'all, during a publish',
    rows: sum((t) => t.rows),
    table: sum((t) => t.table),
    indexes: sum((t) => t.indexes),
  };
}

/** Prints everything measured as tables. */
export function showMeasured({ timings, peaks, tables, kv, kvWrites }: Measured, name: string): void {
  const timeRows = timings.map(({ step, seconds: value, floor }) => {
    const [what, least] = floor ?? ['', null];
    return [step, seconds(value), least === null ? '' : seconds(least), times(value, least), what];
  });
  console.log(`\n${formatTable(`Times, ${name}`, ['step', 'time', 'floor', 'ratio', 'floor is'], timeRows)}`);
  for (const { step, note } of timings) if (note !== '') console.log(`${step.trim()}: ${note}`);
  console.log();
  const peakRows = [...peaks]
    .sort((a, b) => b[1] - a[1])
    .map(([process, bytes]) => [process, megabytes(bytes)]);
  console.log(
    formatTable(
      'Peak memory (resident; postgres: own memory of all + shared once)',
      ['process', 'peak'],
      peakRows,
    ),
  );
  const sum = (of: (table: TableSize) => number) => tables.reduce((total, table) => total + of(table), 0);
  const total = {
    name: 'all',
    rows: sum((t) => t.rows),
    table: sum((t) => t.table),
    indexes: sum((t) => t.indexes),
  };
  const tableRows = [...tables, total, duringPublish(tables)].map((t) => [
    t.name,
    String(t.rows),
    megabytes(t.table),
    megabytes(t.indexes),
  ]);
  console.log(formatTable('Postgres', ['table', 'rows', 'table bytes', 'index bytes'], tableRows));
  const kvRows = [
    [String(kv.keys), megabytes(kv.bytes), String(kvWrites), seconds(kv.diskFloor), seconds(kv.kvFloor)],
  ];
  console.log(
    formatTable(
      'KV',
      ['keys', 'bytes', 'writes of the run', 'same bytes to disk', 'same bytes to KV'],
      kvRows,
    ),
  );
}

/** The same as rows to compare with other runs. */
export function figuresOf({ timings, peaks, tables, kv, kvWrites }: Measured, name: string): Figure[] {
  const figure = (metric: string, value: number, unit: Figure['unit']): Figure => ({
    case: name,
    metric,
    value,
    unit,
  });
  const key = (text: string) => text.trim().replace(/[^a-z0-9]+/gi, '_');
  return [
    ...timings.flatMap(({ step, seconds: value, floor }) => [
      figure(`${key(step)}_time`, value, 'seconds'),
      ...(floor === null
        ? []
        : [
            figure(`${key(step)}_floor`, floor[1], 'seconds'),
            figure(`${key(step)}_ratio`, value / floor[1], 'ratio'),
          ]),
    ]),
    ...[...peaks].map(([process, bytes]) => figure(`${key(process)}_peak`, bytes, 'bytes')),
    ...tables.flatMap((t) => [
      figure(`${t.name}_rows`, t.rows, 'count'),
      figure(`${t.name}_table`, t.table, 'bytes'),
      figure(`${t.name}_indexes`, t.indexes, 'bytes'),
    ]),
    figure('publish_table', duringPublish(tables).table, 'bytes'),
    figure('publish_indexes', duringPublish(tables).indexes, 'bytes'),
    figure('kv_keys', kv.keys, 'count'),
    figure('kv_bytes', kv.bytes, 'bytes'),
    figure('kv_writes', kvWrites, 'count'),
    figure('kv_disk_floor', kv.diskFloor, 'seconds'),
  ];
}
