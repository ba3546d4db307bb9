import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTimeZone, utcOf } from './timeZone.ts';

const wallClock = (utc: number, timeZone: string) => new Date(utc).toLocaleString('sv-SE', { timeZone });

test('a wall clock shows at the found instant what it was read to show', () => {
  const zone = fc.constantFrom(
    'Asia/Karachi',
    'Europe/Berlin',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'UTC',
  );
  const instant = fc.integer({ min: Date.UTC(1975, 0, 1) / 1000, max: Date.UTC(2035, 0, 1) / 1000 });
  fc.assert(
    fc.property(zone, instant, (timeZone, seconds) => {
      const shown = wallClock(seconds * 1000, timeZone);
      const local = Date.parse(`${shown.replace(' ', 'T')}Z`);
      expect(wallClock(utcOf(local, timeZone), timeZone)).toBe(shown);
    }),
    { numRuns: 300 },
  );
});

test('an hour shown twice is the later one, one that is skipped the hour after', () => {
  expect(utcOf(Date.UTC(2025, 9, 26, 2, 30), 'Europe/Berlin')).toBe(Date.UTC(2025, 9, 26, 1, 30));
  expect(utcOf(Date.UTC(2025, 2, 30, 2, 30), 'Europe/Berlin')).toBe(Date.UTC(2025, 2, 30, 1, 30));
});

test('zones are known by their names', () => {
  expect(['Asia/Karachi', 'Europe/Berlin', 'Mars/Olympus', ''].map(isTimeZone)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
