import type { Pointer } from '../../shared/snapshot/manifest.ts';
import type { GateCheck } from '../gate/gateChecks.ts';

/** Something a monitor should wake somebody for. */
export interface HealthProblem {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

export interface HealthFacts {
  readonly now: Date;
  /** The live snapshot as Postgres means it; null before the first. */
  readonly live: {
    readonly snapshot_id: number;
    readonly generation: number;
    /** When its lists were made. */
    readonly made_at: Date;
  } | null;
  /** Coverage of the live snapshot, judged as the gate does. */
  readonly coverage: readonly GateCheck[];
  readonly sources: readonly {
    readonly source: string;
    readonly last_success_at: Date | null;
    readonly newest_order_at: Date | null;
  }[];
  /** KV's pointer: null when there is none; a text says why it is not known; undefined: not looked at. */
  readonly pointer: Pointer | null | string | undefined;
}

export interface HealthLimits {
  readonly maxSnapshotAgeDays: number;
  readonly maxSyncAgeHours: number;
}

const HOUR_MS = 3_600_000;

/** What is wrong with what readers get; empty when all is well. */
export function judgeHealth(facts: HealthFacts, limits: HealthLimits): HealthProblem[] {
  return [
    ...snapshotProblems(facts, limits),
    ...facts.sources.flatMap((source) => sourceProblems(source, facts.now, limits)),
    ...facts.coverage
      .filter(({ verdict }) => verdict === 'hold')
      .map(({ check, found, limit, remedy }) => ({
        code: 'low_coverage',
        message: `${check} of the live snapshot does not hold: ${found}; wanted: ${limit}`,
        remedy,
      })),
  ];
}

function snapshotProblems({ now, live, pointer }: HealthFacts, limits: HealthLimits): HealthProblem[] {
  if (live === null) {
    return [{ code: 'nothing_live', message: 'nothing has been published yet', remedy: 'batch run' }];
  }
  const problems: HealthProblem[] = [];
  const days = (now.getTime() - live.made_at.getTime()) / (24 * HOUR_MS);
  if (days > limits.maxSnapshotAgeDays) {
    problems.push({
      code: 'stale_snapshot',
      message: `the live snapshot is ${days.toFixed(1)} days old, more than ${limits.maxSnapshotAgeDays}`,
      remedy: 'batch status names the last run and why it ended; then batch run',
    });
  }
  if (typeof pointer === 'string') {
    problems.push({
      code: 'kv_unknown',
      message: pointer,
      remedy:
        'check CLOUDFLARE_API_TOKEN, CLOUDFLARE_ACCOUNT_ID and KV_NAMESPACE_ID, or KV_BASE_URL; batch doctor --cloud tries each',
    });
  } else if (
    pointer !== undefined &&
    (pointer?.live !== live.snapshot_id || pointer.generation !== live.generation)
  ) {
    problems.push({
      code: 'pointer_differs',
      message: `readers see ${pointer === null ? 'no snapshot' : `snapshot ${pointer.live}`}, not snapshot ${live.snapshot_id}`,
      remedy: 'batch publish puts it right',
    });
  }
  return problems;
}

function sourceProblems(
  { source, last_success_at, newest_order_at }: HealthFacts['sources'][number],
  now: Date,
  { maxSyncAgeHours }: HealthLimits,
): HealthProblem[] {
  const looks = [
    [
      'stale_sync',
      'the last sync',
      last_success_at,
      'look at the log of its schedule; batch sync or batch ingest brings orders',
    ],
    [
      'stale_orders',
      'the newest order',
      newest_order_at,
      'if the shop did sell, look whether its system still delivers',
    ],
  ] as const;
  return looks.flatMap(([code, what, when, remedy]) => {
    const hours = when === null ? Number.POSITIVE_INFINITY : (now.getTime() - when.getTime()) / HOUR_MS;
    if (hours <= maxSyncAgeHours) return [];
    const age = when === null ? 'unknown' : `${hours.toFixed(0)} hours old, more than ${maxSyncAgeHours}`;
    return [{ code, message: `${what} of ${source} is ${age}`, remedy }];
  });
}
