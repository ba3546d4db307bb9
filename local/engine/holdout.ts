import type { Interactions } from './interactions.ts';
import { DAY } from './popularity.ts';
import { createRandom } from './random.ts';

/** What `score` promises: purchases within four weeks. */
const HORIZON_DAYS = 28;

/** `part` by row: 0 = known, 1 = to be predicted, 2 = neither (later than the window). */
export interface Holdout {
  readonly name: string;
  readonly part: Uint8Array;
  /** Epoch seconds at which the known part ends. */
  readonly now: number;
  /** Length of the predicted window in days; null without real times. */
  readonly days: number | null;
}

/**
 * Cuts off what the blend is to predict: the last four weeks (a fifth of the span when that is shorter, the
 * window before it for `index` 1, and so on) where times are real; each user's last basket where only order
 * is known; a seeded tenth of each user's items otherwise. For last baskets only a seeded half of the users
 * is held out, so that the models keep most of the data.
 */
export function cutHoldout(interactions: Interactions, seed: number, index: number): Holdout {
  if (interactions.timeKind === 'seconds') return lastWindow(interactions, index);
  if (interactions.timeKind === 'order') return lastBaskets(interactions, seed);
  return seededTenth(interactions, seed);
}

function lastWindow(interactions: Interactions, index: number): Holdout {
  const { times, length } = interactions;
  let least = Number.MAX_VALUE;
  let most = 0;
  for (let row = 0; row < length; row += 1) {
    least = Math.min(least, times[row] as number);
    most = Math.max(most, times[row] as number);
  }
  const span = Math.min(HORIZON_DAYS * DAY, Math.floor((most - least) / 5));
  const end = most + 1 - index * span;
  const cut = end - span;
  const part = new Uint8Array(length);
  for (let row = 0; row < length; row += 1) {
    const time = times[row] as number;
    part[row] = time < cut ? 0 : time < end ? 1 : 2;
  }
  const days = span / DAY;
  return {
    name: `the ${days.toFixed(0)} days from ${new Date(cut * 1000).toISOString().slice(0, 10)}`,
    part,
    now: cut,
    days,
  };
}

function lastBaskets(interactions: Interactions, seed: number): Holdout {
  const { users, times, length, userCount } = interactions;
  const last = new Uint32Array(userCount);
  const first = new Uint32Array(userCount).fill(4_294_967_295);
  for (let row = 0; row < length; row += 1) {
    const user = users[row] as number;
    last[user] = Math.max(last[user] as number, times[row] as number);
    first[user] = Math.min(first[user] as number, times[row] as number);
  }
  const random = createRandom(seed);
  const held = Uint8Array.from({ length: userCount }, () => (random() < 0.5 ? 1 : 0));
  const part = new Uint8Array(length);
  for (let row = 0; row < length; row += 1) {
    const user = users[row] as number;
    if (held[user] === 1 && first[user] !== last[user] && times[row] === last[user]) part[row] = 1;
  }
  return { name: 'the last basket of a seeded half of the users', part, now: 0, days: null };
}

/** Below this share of different pairs, customers buy the same again, and that has to be learnt too. */
const MOSTLY_DIFFERENT = 0.95;

/**
 * Where pairs are listed once, a pair is held out as a whole: one listed twice must not be on both sides.
 * Where many come again, rows are held out, as the next purchase of an item bought before is what counts.
 */
function seededTenth(interactions: Interactions, seed: number): Holdout {
  const { users, items, length, itemCount } = interactions;
  const pairOf = (row: number) => (users[row] as number) * itemCount + (items[row] as number);
  const repeats = differentPairs(length, pairOf) < MOSTLY_DIFFERENT * length;
  const part = new Uint8Array(length);
  for (let row = 0; row < length; row += 1) {
    const key = repeats ? row : pairOf(row) % 4_294_967_291;
    part[row] = createRandom(seed ^ Math.imul(key, 0x9e3779b1))() < 0.1 ? 1 : 0;
  }
  const name = `a seeded tenth of each user's ${repeats ? 'purchases' : 'items'}`;
  return { name, part, now: 0, days: null };
}

function differentPairs(length: number, pairOf: (row: number) => number): number {
  const pairs = Float64Array.from({ length }, (_, row) => pairOf(row)).sort();
  let different = 0;
  for (let at = 0; at < length; at += 1) if (pairs[at] !== pairs[at - 1]) different += 1;
  return different;
}
