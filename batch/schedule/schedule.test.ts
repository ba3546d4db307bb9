import { describe, expect, test } from 'vitest';
import { countTimes, timesOfYear } from './countTimes.ts';
import { eventBridgeCron } from './eventBridge.ts';
import { scheduleLines } from './scheduleLines.ts';
import { trainingsAMonth, trainingTimes } from './trainingTimes.ts';
import { USUAL_TIMES } from './usualTimes.ts';

const from = new Date('2026-11-27T04:00:00Z');
const countIn = (timeZone: string, pattern: string) => countTimes(timesOfYear({ pattern, timeZone }, from));
const inUtc = (pattern: string) => countIn('UTC', pattern);

describe('counting times', () => {
  test('tells how often the usual times come round', () => {
    expect(inUtc(USUAL_TIMES.sync)).toEqual({
      perMonth: (365 * 4) / 12,
      mostInAMonth: 124,
      next: new Date('2026-11-27T06:00:00Z'),
    });
    expect(inUtc(USUAL_TIMES.aws)).toMatchObject({ perMonth: 1, mostInAMonth: 1 });
    expect(inUtc(USUAL_TIMES.embedded).next).toEqual(new Date('2026-11-28T03:00:00Z'));
  });

  test('heeds the time zone, also where the clocks change', () => {
    const { next, perMonth } = countIn('Europe/Berlin', '30 2 * * *');
    expect(next).toEqual(new Date('2026-11-28T01:30:00Z'));
    expect(perMonth * 12).toBe(365);
  });

  test.each([
    ['* * * * *', 'UTC', 'more often than hourly'],
    ['0 3 31 2 *', 'UTC', 'does not come round'],
    ['0 3 * *', 'UTC', 'exactly five'],
    ['0 99 * * *', 'UTC', 'Invalid value for hour'],
    ['0 3 * * *', 'Nowhere/City', 'Nowhere/City'],
  ])('refuses %j in %s', (pattern, timeZone, why) => {
    const count = () => timesOfYear({ pattern, timeZone }, from);
    expect(count).toThrow(expect.objectContaining({ code: 'usage', message: expect.stringContaining(why) }));
  });
});

describe('runs that train', () => {
  const daily = timesOfYear({ pattern: '0 3 * * *', timeZone: 'UTC' }, from);
  test('are those that RETRAIN says', () => {
    expect(trainingTimes(daily, { when: 'always' })).toHaveLength(365);
    expect(trainingTimes(daily, { when: 'never' })).toEqual([]);
    const monthly = { when: 'older-than', ms: 27 * 86_400_000 } as const;
    // Every 28th day: the 27th is not older than 27 days.
    expect(trainingTimes(daily, monthly)).toHaveLength(14);
    const firsts = timesOfYear({ pattern: '0 3 1 * *', timeZone: 'UTC' }, from);
    expect(trainingTimes(firsts, monthly)).toEqual(firsts);
    expect(trainingsAMonth(30, monthly)).toBeCloseTo(13 / 12);
    expect(trainingsAMonth(1, monthly)).toBe(1);
    expect(trainingsAMonth(0, monthly)).toBe(0);
  });
});

describe("EventBridge's form", () => {
  test.each([
    ['0 */6 * * *', 'cron(0 0/6 * * ? *)'],
    ['0 3 1 * *', 'cron(0 3 1 * ? *)'],
    ['0 3 1,15 */2 *', 'cron(0 3 1,15 1/2 ? *)'],
    ['30 2 * * 1-5', 'cron(30 2 ? * MON-FRI *)'],
    ['30 2 * * 0,7', 'cron(30 2 ? * SUN,SUN *)'],
    ['30 2 * * tue', 'cron(30 2 ? * TUE *)'],
  ])('of %s is %s', (pattern, expected) => {
    expect(eventBridgeCron(pattern)).toBe(expected);
  });

  test('does not exist for days of month and week at once', () => {
    expect(() => eventBridgeCron('0 3 1 * 1')).toThrow(/at once/);
  });
});

test('a schedule names its time zone, its price, its lines, and what is over the cap', () => {
  const lines = scheduleLines({
    environment: 'staging',
    timeZone: 'UTC',
    tasks: [{ name: 'run', command: 'run', pattern: '0 3 * * *', count: inUtc('0 3 * * *') }],
    run: { low: 14, high: 17 },
    trainings: 30.4,
    month: { lines: [], usd: { low: 430, high: 520 } },
    busiest: { low: 434, high: 527 },
    maxMonthUsd: 100,
  }).join('\n');
  expect(lines).toContain(
    'Times in UTC\n  run  0 3 * * *       30.4 a month, at most 31, next 2026-11-28T03',
  );
  expect(lines).toContain('A month costs $430–520: 30.4 runs train (RETRAIN), each $14.00–17.00');
  expect(lines).toContain('may cost $434–527, and MAX_MONTH_COST is $100');
  expect(lines).toContain(
    'CRON_TZ=UTC\n0 3 * * * cd /opt/shop && node --env-file=batch.env --import tsx batch/main.ts run',
  );
  expect(lines).toContain('schedule: "0 3 * * *"\ntimeZone: "Etc/UTC"');
  expect(lines).toContain("--name staging-run --schedule-expression 'cron(0 3 * * ? *)'");
});
