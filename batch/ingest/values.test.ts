import { describe, expect, it } from 'vitest';
import { dayOrderOf, readDate } from './dates.ts';
import { createStatusReader } from './status.ts';
import { readNumber, readSwitch } from './values.ts';

describe('readNumber', () => {
  it.each([
    ['12', 12],
    ['-3.50', -3.5],
    ['1,234.50', 1234.5],
    ['1,234', 1234],
    ['2,55', 2.55],
    ['£ 3.20', 3.2],
    ['3.20 EUR', 3.2],
    ['(3.20)', -3.2],
    ['.5', 0.5],
  ])('reads %s', (text, value) => expect(readNumber(text, '.')).toBe(value));

  it('reads decimal commas where they are said to be used', () => {
    expect(readNumber('1.234,50', ',')).toBe(1234.5);
    expect(readNumber('1.234', ',')).toBe(1234);
  });

  it.each(['', 'six', '0x10', '1e5', 'Infinity', '1-2', '--3', '1.2.3'])('refuses "%s"', (text) => {
    expect(readNumber(text, '.')).toBeNull();
  });
});

describe('readDate', () => {
  const UTC = { dates: null, time_zone: null };
  const noon = Date.UTC(2025, 2, 4, 12, 0, 0);
  it.each([
    '2025-03-04T12:00:00',
    '2025-03-04 12:00',
    '2025-03-04T12:00:00.123Z',
    '2025-03-04 07:00:00 -0500',
    '2025-03-04T14:00:00+02:00',
    '2025/3/4 12:00',
    '04.03.2025 12:00',
    String(noon),
    String(noon / 1000),
  ])('reads %s', (text) => expect(readDate(text, UTC)).toBe(noon));

  it('reads short dates in the given order, and refuses to guess', () => {
    expect(readDate('3/4/2025 12:00', { ...UTC, dates: 'mdy' })).toBe(noon);
    expect(readDate('04/03/2025 12:00 pm', { ...UTC, dates: 'dmy' })).toBe(noon);
    expect(readDate('04/03/2025', UTC)).toBe('ambiguous');
    expect(readDate('25/03/2025', UTC)).toBe(Date.UTC(2025, 2, 25));
    expect(dayOrderOf('03/25/2025')).toBe('mdy');
    expect(dayOrderOf('03/04/2025')).toBe('either');
  });

  it('reads times without a zone off the clocks of the given one, and leaves days and other zones alone', () => {
    const karachi = { dates: null, time_zone: 'Asia/Karachi' };
    for (const text of [
      '2025-03-04 17:00',
      '04.03.2025 17:00',
      '2025-03-04T12:00:00Z',
      '2025-03-04T14:00+02:00',
    ])
      expect(readDate(text, karachi), text).toBe(noon);
    expect(readDate('2025-03-04', karachi)).toBe(Date.UTC(2025, 2, 4));
  });

  it.each([
    '',
    'yesterday',
    '2025-02-30',
    '2025-13-01',
    '31/31/2025',
    '2025-01-01T25:00',
  ])('refuses "%s"', (text) => {
    expect(readDate(text, UTC)).toBe('unreadable');
  });
});

describe('readSwitch and status words', () => {
  it('understands availability as shops write it', () => {
    expect(['yes', 'in stock', '12', 'TRUE'].map(readSwitch)).toEqual([true, true, true, true]);
    expect(['0', 'out-of-stock', 'discontinued'].map(readSwitch)).toEqual([false, false, false]);
    expect(readSwitch('maybe')).toBeNull();
  });

  it("knows usual words, takes the shop's own, and admits to not knowing", () => {
    const read = createStatusReader({ retourniert_teil: 'returned', delivered: 'cancelled' });
    expect(read('Canceled')).toBe('cancelled');
    expect(read('retourniert teil')).toBe('returned');
    expect(read('delivered')).toBe('cancelled');
    expect(read('zzz')).toBeNull();
  });
});
