import { Cron } from 'croner';
import { BatchError, EXIT } from '../errors.ts';

export interface TimesCount {
  /** In a month, on average over the coming year. */
  readonly perMonth: number;
  /** In the calendar month (UTC, as bills have it) that has most. */
  readonly mostInAMonth: number;
  /** Null: it does not come round. */
  readonly next: Date | null;
}

export interface Times {
  /** Five fields, as cron has them. */
  readonly pattern: string;
  /** A name of the IANA data base, e.g. Europe/Berlin. */
  readonly timeZone: string;
}

const MONTHS = 12;
/** Oftener than hourly is a mistake for a batch: seen from so many times, the rest of the year is not counted. */
const PROBED = 50;
const HOUR_MS = 3_600_000;

/** When a pattern comes round in the year after `from`. Throws BatchError `usage` for one that cron would not take. */
export function timesOfYear(times: Times, from: Date): [Date, ...Date[]] {
  const until = new Date(from);
  until.setUTCFullYear(from.getUTCFullYear() + 1);
  const found: Date[] = [];
  for (const time of occurrences(times, from)) {
    if (time >= until) break;
    found.push(time);
    const span = time.getTime() - (found[0] ?? time).getTime();
    if (found.length === PROBED && span < (PROBED - 1) * HOUR_MS)
      throw unusable(times, 'comes round more often than hourly');
  }
  const [first, ...others] = found;
  if (first === undefined) throw unusable(times, 'does not come round within a year');
  return [first, ...others];
}

/** How often times of one year come round in a month. */
export function countTimes(times: readonly Date[]): TimesCount {
  const byMonth = new Map<string, number>();
  for (const time of times) {
    const month = time.toISOString().slice(0, 7);
    byMonth.set(month, (byMonth.get(month) ?? 0) + 1);
  }
  return {
    perMonth: times.length / MONTHS,
    mostInAMonth: Math.max(0, ...byMonth.values()),
    next: times[0] ?? null,
  };
}

function* occurrences(times: Times, from: Date): Generator<Date> {
  const cron = parse(times);
  for (let time = cron.nextRun(from); time !== null; time = cron.nextRun(time)) yield time;
}

function parse({ pattern, timeZone }: Times): Cron {
  try {
    const cron = new Cron(pattern, { timezone: timeZone, mode: '5-part', paused: true });
    // An unknown time zone is noticed only when a time is asked for.
    cron.nextRun();
    return cron;
  } catch (error) {
    throw unusable({ pattern, timeZone }, error instanceof Error ? error.message : String(error));
  }
}

function unusable({ pattern, timeZone }: Times, why: string): BatchError {
  return new BatchError({
    code: 'usage',
    message: `"${pattern}" in time zone ${timeZone} cannot be used as a schedule: ${why}`,
    remedy: 'give five fields as cron has them, e.g. "0 3 1 * *", and a zone such as UTC or Europe/Berlin',
    exitCode: EXIT.usage,
  });
}
