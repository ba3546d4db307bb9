const QUARTER_MS = 900_000;
/** Quarters of an hour remembered of a zone: a year has 35,000. */
const REMEMBERED = 100_000;

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const zones = new Map<string, (local: number) => number>();

/**
 * A wall clock's time in a zone as milliseconds since 1970, UTC. Of an hour that the clocks show twice the later
 * is taken, of one that they skip the hour after.
 * @param local the wall clock's time, read as if it were UTC
 * @param zone IANA name, such as Asia/Karachi. Throws RangeError for another
 */
export function utcOf(local: number, zone: string): number {
  const toUtc = zones.get(zone) ?? createZone(zone);
  zones.set(zone, toUtc);
  return toUtc(local);
}

function createZone(timeZone: string): (local: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23', era: 'short' },
    ...{
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    },
  });
  const known = new Map<number, number>();
  /** Milliseconds east of Greenwich at an instant; zones change at whole quarters of an hour. */
  function offsetAt(utc: number): number {
    const quarter = Math.floor(utc / QUARTER_MS);
    const found = known.get(quarter);
    if (found !== undefined) return found;
    const at = quarter * QUARTER_MS;
    const parts = Object.fromEntries(
      format.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    const offset = Date.UTC(year, month - 1, day, hour, minute, second) - at;
    if (known.size === REMEMBERED) known.clear();
    known.set(quarter, offset);
    return offset;
  }
  return (local) => local - offsetAt(local - offsetAt(local));
}
