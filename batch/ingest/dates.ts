import { utcOf } from './timeZone.ts';

export type DayOrder = 'dmy' | 'mdy';

const ISO =
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?$/i;
const DAY_FIRST = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(am|pm)?)?$/i;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
const EPOCH = /^\d{10}(\d{3})?(\.\d+)?$/;

/** Milliseconds since 1970, or why there are none. `ambiguous`: 03/04/2025 without a known order. */
type DateReading = number | 'unreadable' | 'ambiguous';

export interface DateSettings {
  /** Null: only where there is no doubt. */
  readonly dates: DayOrder | null;
  /** Whose wall clocks show times that name no zone; null: UTC. */
  readonly time_zone: string | null;
}

/** A day without a time is that day, wherever: midnight UTC. */
export function readDate(text: string, settings: DateSettings): DateReading {
  const iso = ISO.exec(text) ?? COMPACT.exec(text);
  if (iso !== null) {
    const [, year, month, day, hour, minute, second, zone] = iso;
    const time = timeOf({ year, month, day, hour, minute, second });
    if (Number.isNaN(time)) return 'unreadable';
    return zone === undefined ? localTime(time, hour, settings) : time - zoneOffset(zone);
  }
  const shortDate = DAY_FIRST.exec(text);
  if (shortDate !== null) return readShortDate(shortDate, settings);
  if (EPOCH.test(text))
    return text.length >= 13 && !text.includes('.') ? Number(text) : Math.round(Number(text) * 1000);
  return 'unreadable';
}

function localTime(time: number, hour: string | undefined, { time_zone }: DateSettings): number {
  return hour === undefined || time_zone === null ? time : utcOf(time, time_zone);
}

function readShortDate(match: RegExpExecArray, settings: DateSettings): DateReading {
  const [, first, separator, second, year, hour, minute, seconds, half] = match;
  const order = separator === '.' ? 'dmy' : (settings.dates ?? orderOf(Number(first), Number(second)));
  if (order === null) return 'ambiguous';
  const [day, month] = order === 'dmy' ? [first, second] : [second, first];
  const time = timeOf({ year, month, day, hour: hourOf(hour, half), minute, second: seconds });
  return Number.isNaN(time) ? 'unreadable' : localTime(time, hour, settings);
}

/** The order of day and month in 25/12/2025 and the like, when it can only be one. */
export function dayOrderOf(text: string): DayOrder | 'either' | null {
  const match = DAY_FIRST.exec(text);
  if (match === null || match[2] === '.') return null;
  return orderOf(Number(match[1]), Number(match[3])) ?? 'either';
}

function orderOf(first: number, second: number): DayOrder | null {
  if (first > 12) return 'dmy';
  if (second > 12) return 'mdy';
  return first === second ? 'dmy' : null;
}

function hourOf(hour: string | undefined, half: string | undefined): string | undefined {
  if (hour === undefined || half === undefined) return hour;
  return String((Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0));
}

interface Parts {
  readonly year: string | undefined;
  readonly month: string | undefined;
  readonly day: string | undefined;
  readonly hour: string | undefined;
  readonly minute: string | undefined;
  readonly second: string | undefined;
}

/** NaN for a day that no calendar has. */
function timeOf(parts: Parts): number {
  const [year, month, day] = [Number(parts.year), Number(parts.month), Number(parts.day)];
  const [hour, minute, second] = [
    Number(parts.hour ?? 0),
    Number(parts.minute ?? 0),
    Number(parts.second ?? 0),
  ];
  if (hour > 23 || minute > 59 || second > 60) return Number.NaN;
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  const read = new Date(time);
  return read.getUTCMonth() === month - 1 && read.getUTCFullYear() === year ? time : Number.NaN;
}

/** Milliseconds east of Greenwich. */
function zoneOffset(zone: string | undefined): number {
  const match = zone === undefined ? null : /^([+-])(\d{2})(?::?(\d{2}))?$/.exec(zone);
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return (match[1] === '-' ? -minutes : minutes) * 60_000;
}
