import {
  DRILL_FAULTS,
  DRILL_STORES,
  type DrillFault,
  type DrillFaults,
  type DrillStore,
} from '../../shared/rules/drillFaults.ts';

/** What one read answered under faults. */
export interface Outcome {
  readonly faults: DrillFaults;
  readonly path: string;
  readonly status: number;
  /** Of the answer's envelope; null when it is none. */
  readonly source: string | null;
  readonly rules: string | null;
  readonly items: number;
  readonly ms: number;
}

/** Whether a shopper got a list, from a store that can have given it. */
export function isSound({ faults, status, source, items }: Outcome): boolean {
  return status === 200 && items > 0 && source !== null && !impossible(faults).includes(source);
}

function impossible({ pointer = 'fine', shard = 'fine', postgres = 'fine' }: DrillFaults): string[] {
  const broken = (fault: DrillFault) => !['fine', 'slow', 'stale'].includes(fault);
  const kv = broken(pointer) || broken(shard) ? ['kv', 'kv_previous'] : [];
  return [...kv, ...(broken(postgres) ? ['postgres'] : [])];
}

/** The table of single faults, what pairs and more came to, and everything that was wrong. */
export function drillReport(outcomes: readonly Outcome[]): string {
  const isSingle = ({ faults }: Outcome) => Object.keys(faults).length === 1;
  const singles = outcomes.filter(isSingle);
  const others = outcomes.filter((outcome) => !isSingle(outcome));
  const wrong = outcomes.filter((outcome) => !isSound(outcome));
  const head = ['', ...DRILL_STORES].map(column).join('');
  const rows = DRILL_FAULTS.map((fault) =>
    [fault, ...DRILL_STORES.map((store) => cellOf(singles, store, fault))].map(column).join(''),
  );
  return [
    'One store failing: the sources that answered, and the slowest answer',
    head.trimEnd(),
    ...rows.map((row) => row.trimEnd()),
    '',
    ...(others.length === 0 ? [] : [`Two and more failing: ${summaryOf(others)}`]),
    `All together: ${summaryOf(outcomes)}`,
    wrong.length === 0
      ? 'No error for a shopper, and every source is one that can have answered.'
      : `${wrong.length} ANSWERS ARE WRONG:`,
    ...wrong
      .slice(0, 20)
      .map(({ faults, path, status, source }) => `  ${status} ${source} ${path} ${JSON.stringify(faults)}`),
  ].join('\n');
}

/** The first column holds faults, the others sources with a time, which two sources make long. */
function column(cell: string, i: number): string {
  return cell.padEnd(i === 0 ? 12 : 28);
}

function cellOf(outcomes: readonly Outcome[], store: DrillStore, fault: DrillFault): string {
  const some = outcomes.filter(({ faults }) => faults[store] === fault);
  if (some.length === 0) return '–';
  const sources = [...new Set(some.map(({ source, status }) => source ?? String(status)))];
  return `${sources.join('+')} ${Math.round(Math.max(...some.map(({ ms }) => ms)))} ms`;
}

function summaryOf(outcomes: readonly Outcome[]): string {
  const sources = new Map<string, number>();
  for (const { source, status } of outcomes) {
    const name = source ?? `status ${status}`;
    sources.set(name, (sources.get(name) ?? 0) + 1);
  }
  const times = outcomes.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0);
  const slowest = outcomes.reduce((a, b) => (b.ms > a.ms ? b : a));
  const named = [...sources].map(([name, count]) => `${name} ${count}`).join(', ');
  return `${outcomes.length} answers (${named}); p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, slowest ${at(1)} ms (${slowest.path.split('/').slice(5).join('/')} ${JSON.stringify(slowest.faults)})`;
}
