import { describe, expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { alternatives } from './alternatives.ts';
import { showUsd, sumOf } from './costLine.ts';
import { personalizeRun, type RunPlan } from './personalizeCost.ts';
import { TARGET_PLAN as plan, TARGET_VOLUME as target } from './targetShop.ts';

const { money } = readConfig({}, ['money']);
const prices = money.prices;

const run = (own: Partial<RunPlan> = {}) => personalizeRun(target, { ...plan, ...own }, prices);

describe('at the target scale', () => {
  test('a run costs about $14–17 with v1 recipes and $31–33 with user-personalization-v2', () => {
    const v1 = sumOf(run());
    expect([Math.round(v1.low), Math.round(v1.high)]).toEqual([14, 17]);
    const v2 = sumOf(run({ userPersonalization: 'v2' }));
    expect(v2.low).toBeGreaterThan(31);
    expect([Math.floor(v2.low), Math.round(v2.high)]).toEqual([31, 33]);
  });

  test('daily inference on AWS, campaigns and one key per user are what they are said to cost', () => {
    const other = Object.fromEntries(
      alternatives(target, { plan, requests: 1_000_000 }, prices).map((line) => [line.what, line]),
    );
    expect(showUsd(other['AWS inference for every user daily, v1']?.usd ?? fail())).toBe('$363');
    expect(other['real-time campaign, one recipe']?.usd.low).toBeCloseTo(144);
    expect(other['one KV key for each user and product']).toMatchObject({ quantity: 184_666 });
    expect(showUsd(other['one KV key for each user and product']?.usd ?? fail())).toBe('$0.92');
  });
});

const fail = (): never => {
  throw new Error('the line is missing');
};
