import { expect, it } from 'vitest';
import { blendScore, learnBlend, splitWeights } from './blend.ts';
import { createRandom } from './random.ts';
import { FEATURE_COUNT, FEATURES } from './signals.ts';
import { atOnce } from './turns.ts';

const LISTS = 800;
const SIZE = 20;
const RIDGE = FEATURES.indexOf('ridge');
const WEEK = FEATURES.indexOf('popularityWeek');
const ONE = FEATURES.indexOf('one');

/** Lists in which one item is bought with chance ∝ exp(2 ridge − 1 week, + 1.5 when bought before). */
function knownTaste() {
  const random = createRandom(9);
  const total = LISTS * SIZE;
  const examples = {
    start: Int32Array.from({ length: LISTS + 1 }, (_, list) => list * SIZE),
    features: new Float32Array(total * FEATURE_COUNT),
    bought: new Uint8Array(total),
    label: new Uint8Array(total),
  };
  for (let list = 0; list < LISTS; list += 1) {
    const chances: number[] = [];
    for (let at = list * SIZE; at < (list + 1) * SIZE; at += 1) {
      const [ridge, week] = [2 * random(), 2 * random()];
      examples.bought[at] = random() < 0.3 ? 1 : 0;
      examples.features[at * FEATURE_COUNT + RIDGE] = ridge;
      examples.features[at * FEATURE_COUNT + WEEK] = week;
      examples.features[at * FEATURE_COUNT + ONE] = examples.bought[at] as number;
      chances.push(Math.exp(2 * ridge - week + 1.5 * (examples.bought[at] as number)));
    }
    let draw = random() * chances.reduce((sum, one) => sum + one, 0);
    const chosen = chances.findIndex((chance) => {
      draw -= chance;
      return draw <= 0;
    });
    examples.label[list * SIZE + chosen] = 1;
  }
  return examples;
}

it('recovers the weights that made the purchases', () => {
  const { fresh, bought } = splitWeights(atOnce(learnBlend(knownTaste(), false)));
  for (const weights of [fresh, bought]) {
    expect(weights[RIDGE]).toBeGreaterThan(1.7);
    expect(weights[RIDGE]).toBeLessThan(2.3);
    expect(weights[WEEK]).toBeGreaterThan(-1.3);
    expect(weights[WEEK]).toBeLessThan(-0.7);
  }
  expect(bought[ONE]).toBeGreaterThan(1.1);
  expect(bought[ONE]).toBeLessThan(1.9);
});

it('lets no feature count against an item that must not, and learns the others without it', () => {
  const learnt = atOnce(learnBlend(knownTaste(), false, { neverAgainst: new Set([WEEK]) }));
  const { fresh, bought } = splitWeights(learnt);
  expect(fresh[WEEK]).toBe(0);
  expect(fresh[RIDGE]).toBeGreaterThan(1.5);
  expect(bought[WEEK]).toBeLessThan(-0.7);
});

it('leaves features that never vary without weight', () => {
  const { fresh } = splitWeights(atOnce(learnBlend(knownTaste(), false)));
  expect(fresh[FEATURES.indexOf('walk')]).toBe(0);
});

it('scores by the sum of weighted features', () => {
  const weights = new Float32Array(FEATURE_COUNT).fill(2);
  const features = new Float32Array(2 * FEATURE_COUNT).fill(1, FEATURE_COUNT);
  expect(blendScore(weights, features, FEATURE_COUNT)).toBe(2 * FEATURE_COUNT);
});
