import { type CostLine, exactly, type Usd } from './costLine.ts';
import type { Prices } from './prices.ts';

/** What a month asks of everything but Personalize. */
export interface MonthVolume {
  readonly runs: number;
  readonly syncs: number;
  readonly requests: number;
  /** Keys and bytes of one refresh of KV, all parts new. */
  readonly kvWritesPerRun: number;
  readonly kvBytes: number;
  /** Objects and bytes one run puts into the bucket. */
  readonly s3ObjectsPerRun: number;
  readonly s3BytesPerRun: number;
  /** The database at rest, and while a publish holds one snapshot more. */
  readonly databaseBytes: number;
  readonly databasePeakBytes: number;
  /** Minutes the container is up. */
  readonly runMinutes: number;
  readonly syncMinutes: number;
}

export const DAYS = 30;
const GB = 1e9;
/** Reads of KV for one request: an isolate keeps the parts it has read, so most requests read none or one. */
const KV_READS_PER_REQUEST: Usd = { low: 0.2, high: 2 };
/** Keys a sync writes: what is sold out, who has bought since. */
const KV_WRITES_PER_SYNC = 2;
/** Snapshots whose parts and objects are kept. */
const KEPT_SNAPSHOTS = 3;
/** Size of Neon's compute while the batch works: it grows by itself. */
const COMPUTE_UNITS: Usd = { low: 0.25, high: 2 };
/** Neon goes to sleep after so many idle minutes. */
const IDLE_MINUTES = 5;
/** The container of infra/: 2 vCPU, 4 GB. */
const CONTAINER = { vcpu: 2, gigabytes: 4 } as const;

export function platformMonth(volume: MonthVolume, prices: Prices): CostLine[] {
  return [
    ...s3Month(volume, prices),
    ...cloudflareMonth(volume, prices),
    ...neonMonth(volume, prices),
  ].concat(containerMonth(volume, prices));
}

function s3Month({ runs, s3ObjectsPerRun, s3BytesPerRun }: MonthVolume, prices: Prices): CostLine[] {
  const stored = (Math.min(KEPT_SNAPSHOTS, Math.max(1, runs)) * s3BytesPerRun) / GB;
  const calls = runs * s3ObjectsPerRun;
  const callsUsd = (calls / 1000) * (prices.s3_put_1000 + prices.s3_get_1000);
  return [
    {
      what: 'S3 storage',
      quantity: stored,
      unit: 'GB',
      usd: exactly(stored * prices.s3_gb_month),
      freeUntil: null,
    },
    { what: 'S3 requests', quantity: 2 * calls, unit: 'requests', usd: exactly(callsUsd), freeUntil: null },
  ];
}

interface Metered {
  readonly what: string;
  readonly unit: string;
  readonly quantity: Usd;
  readonly freeAMonth: number;
  readonly included: number;
  readonly usdEach: number;
  readonly freeUntil: string;
}

/** Free as long as every allowance is kept; past any of them the paid plan is due, with larger allowances. */
function cloudflareMonth(volume: MonthVolume, prices: Prices): CostLine[] {
  const meters = metersOf(volume, prices);
  const isPaid = (end: 'low' | 'high') =>
    meters.some(({ quantity, freeAMonth }) => quantity[end] > freeAMonth);
  const paid = { low: isPaid('low'), high: isPaid('high') };
  const lines = meters.map(({ what, unit, quantity, included, usdEach, freeUntil }) => {
    const over = (end: 'low' | 'high') => (paid[end] ? Math.max(0, quantity[end] - included) * usdEach : 0);
    const usd = { low: over('low'), high: over('high') };
    return { what, quantity: quantity.high, unit, usd, freeUntil };
  });
  const plan = {
    low: paid.low ? prices.workers_plan_month : 0,
    high: paid.high ? prices.workers_plan_month : 0,
  };
  return [
    {
      what: 'Workers plan',
      quantity: 1,
      unit: 'month',
      usd: plan,
      freeUntil: 'any of the next four is exceeded',
    },
    ...lines,
  ];
}

function metersOf(volume: MonthVolume, prices: Prices): Metered[] {
  const { runs, syncs, requests, kvWritesPerRun, kvBytes } = volume;
  const writes = runs * kvWritesPerRun + syncs * KV_WRITES_PER_SYNC;
  // The daily allowance is what counts: a refresh writes all of its keys on one day.
  const writesOnBusiestDay = Math.max(1, runs / DAYS) * kvWritesPerRun + (syncs / DAYS) * KV_WRITES_PER_SYNC;
  const writesFit = writesOnBusiestDay <= prices.kv_writes_free_day;
  const stored = (KEPT_SNAPSHOTS * kvBytes) / GB;
  const each = (n: number) => n.toLocaleString('en-US');
  return [
    {
      what: 'Worker requests',
      unit: 'requests',
      quantity: exactly(requests),
      freeAMonth: prices.worker_requests_free_day * DAYS,
      included: prices.worker_requests_included_month,
      usdEach: prices.worker_requests_million / 1e6,
      freeUntil: `${each(prices.worker_requests_free_day)} requests a day`,
    },
    {
      what: 'KV reads',
      unit: 'reads',
      quantity: { low: requests * KV_READS_PER_REQUEST.low, high: requests * KV_READS_PER_REQUEST.high },
      freeAMonth: prices.kv_reads_free_day * DAYS,
      included: prices.kv_reads_included_month,
      usdEach: prices.kv_reads_million / 1e6,
      freeUntil: `${each(prices.kv_reads_free_day)} reads a day`,
    },
    {
      what: 'KV writes',
      unit: 'writes',
      quantity: exactly(writes),
      freeAMonth: writesFit ? Number.POSITIVE_INFINITY : 0,
      included: prices.kv_writes_included_month,
      usdEach: prices.kv_writes_million / 1e6,
      freeUntil: `${each(prices.kv_writes_free_day)} writes a day`,
    },
    {
      what: 'KV storage',
      unit: 'GB',
      quantity: exactly(stored),
      freeAMonth: prices.kv_gb_free,
      included: prices.kv_gb_free,
      usdEach: prices.kv_gb_month,
      freeUntil: `${prices.kv_gb_free} GB`,
    },
  ];
}

/** Free while the largest moment, the publish, fits; past it the usage plan bills every byte and hour. */
function neonMonth(volume: MonthVolume, prices: Prices): CostLine[] {
  const { runs, syncs, runMinutes, syncMinutes, databaseBytes, databasePeakBytes } = volume;
  const hours = (runs * (runMinutes + IDLE_MINUTES) + syncs * (syncMinutes + IDLE_MINUTES)) / 60;
  const units = { low: hours * COMPUTE_UNITS.low, high: hours * COMPUTE_UNITS.high };
  const isPaid = (end: 'low' | 'high') =>
    databasePeakBytes / GB > prices.neon_gb_free || units[end] > prices.neon_cu_hours_free;
  const storage = (databaseBytes / GB) * prices.neon_gb_month;
  const paid = { low: isPaid('low'), high: isPaid('high') };
  return [
    {
      what: 'Neon storage',
      quantity: databasePeakBytes / GB,
      unit: 'GB during a publish',
      usd: { low: paid.low ? storage : 0, high: paid.high ? storage : 0 },
      freeUntil: `${prices.neon_gb_free} GB`,
    },
    {
      what: 'Neon compute',
      quantity: units.high,
      unit: 'CU-hours at most',
      usd: {
        low: paid.low ? units.low * prices.neon_cu_hour : 0,
        high: paid.high ? units.high * prices.neon_cu_hour : 0,
      },
      freeUntil: `${prices.neon_cu_hours_free} CU-hours a month`,
    },
  ];
}

function containerMonth({ runs, syncs, runMinutes, syncMinutes }: MonthVolume, prices: Prices): CostLine[] {
  const minutes = runs * runMinutes + syncs * syncMinutes;
  const hour = CONTAINER.vcpu * prices.container_vcpu_hour + CONTAINER.gigabytes * prices.container_gb_hour;
  const usd = exactly((minutes / 60) * hour);
  return [{ what: 'container', quantity: minutes, unit: 'minutes', usd, freeUntil: null }];
}
