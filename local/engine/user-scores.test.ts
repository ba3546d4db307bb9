import { beforeAll, describe, expect, it } from 'vitest';
import { type Blend, blendScore } from './blend.ts';
import { exponential } from './exponential.ts';
import { createInteractionsBuilder } from './interactions.ts';
import { createPool } from './parallel/pool.ts';
import { prepareSignals } from './prepare-signals.ts';
import { createRandom } from './random.ts';
import { FEATURE_COUNT, FIRST_REPEAT_FEATURE, type Signals } from './signals.ts';
import { createUserScorer } from './user-scores.ts';

const DAY = 86_400;
const START = 1_700_000_000;

/** 60 users of three places: user u buys in u % 4 baskets, so that none, one and several occur. */
async function prepare(): Promise<Signals> {
  const random = createRandom(7);
  const builder = createInteractionsBuilder();
  for (let item = 0; item < 40; item += 1) builder.addItem(`i${item}`);
  for (let user = 0; user < 60; user += 1) {
    builder.addUser(`u${user}`);
    for (let basket = 0; basket < user % 4; basket += 1) {
      const time = START + basket * 9 * DAY + user * DAY;
      for (let line = 0; line < 4; line += 1) {
        builder.add(`u${user}`, `i${Math.floor(random() ** 2 * 40)}`, time);
      }
    }
  }
  const codes = Int32Array.from({ length: 60 }, (_, user) => (user % 7 === 0 ? -1 : user % 3));
  const { signals } = await prepareSignals({
    interactions: builder.finish().interactions,
    itemFacts: undefined,
    userFacts: { attributes: [{ name: 'province', codes }] },
    part: null,
    now: START + 120 * DAY,
    pool: createPool({ threads: 0 }),
    itemModels: true,
  });
  return signals;
}

function anyBlend(): Blend {
  const random = createRandom(3);
  const weights = (last: number) =>
    Float32Array.from({ length: FEATURE_COUNT }, (_, at) => (at < last ? random() * 2 - 1 : 0));
  return {
    fresh: weights(FIRST_REPEAT_FEATURE),
    bought: weights(FEATURE_COUNT),
    newcomer: weights(FIRST_REPEAT_FEATURE),
  };
}

describe('the scores of a user', () => {
  let signals: Signals;
  beforeAll(async () => {
    signals = await prepare();
  });

  it('are the blend of the features written down', () => {
    const blend = anyBlend();
    const scorer = createUserScorer(signals, blend);
    const row = new Float32Array(FEATURE_COUNT);
    for (const user of [-1, ...Array(60).keys()]) {
      scorer.score(user);
      const { scores, size, bought } = scorer.found;
      const newcomer = user < 0 || signals.history.baskets[user] === 0;
      for (let at = 0; at < size; at += 1) {
        const weights = newcomer ? blend.newcomer : at < bought ? blend.bought : blend.fresh;
        scorer.describe(at, row, 0);
        expect(scores[at]).toBeCloseTo(blendScore(weights, row, 0), 4);
      }
    }
  });

  it('name every item bought before first, and each item once', () => {
    const scorer = createUserScorer(signals, anyBlend());
    for (let user = 0; user < 60; user += 1) {
      scorer.score(user);
      const { items, size, bought } = scorer.found;
      const { start, item } = signals.history;
      const mine = [...item.subarray(start[user], start[user + 1])];
      expect([...items.subarray(0, bought)].sort()).toEqual(mine.sort());
      expect(new Set(items.subarray(0, size)).size).toBe(size);
    }
  });

  it('leave masked items out and always rank the offered ones', () => {
    const mask = new Uint8Array(40).fill(1, 5, 35);
    const scorer = createUserScorer(signals, anyBlend(), { mask, offered: [6, 34] });
    for (let user = 0; user < 60; user += 1) {
      scorer.score(user);
      const found = scorer.found.items.subarray(0, scorer.found.size);
      expect(found.every((item) => mask[item] === 1)).toBe(true);
      expect([...found]).toEqual(expect.arrayContaining([6, 34]));
    }
  });
});

describe('the exponential by table', () => {
  it('is within 0.2 % of the exact one', () => {
    for (let x = -12; x <= 0; x += 0.0137) {
      expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(0.002);
    }
    expect(exponential(0)).toBe(1);
    expect(exponential(-13)).toBe(0);
    expect(exponential(Number.NEGATIVE_INFINITY)).toBe(0);
  });
});
