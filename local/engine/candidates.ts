import type { SourceRows } from './columns.ts';
import { type Accumulator, clearAccumulator, createAccumulator } from './cooccurrence.ts';
import type { PlaceSales } from './places.ts';
import { DAY, HALF_LIVES_DAYS } from './popularity.ts';
import { FEATURE_COUNT, FIRST_REPEAT_FEATURE, type Signals } from './signals.ts';

/** Share that a purchase's weight keeps with each later basket, in the recency-weighted walk. */
const BASKET_FADE = 0.6;
/** Purchases in a place that weigh as much as the shop's overall popularity. */
const PLACE_PRIOR = 30;
/** Keeps the logarithm of a relative item score finite. */
const SMALLEST_RELATIVE = 0.01;

/** One user's candidates and their features, in scratch memory that the next user overwrites. */
export interface Candidates {
  readonly items: Int32Array;
  /** [candidate · FEATURE_COUNT + feature] */
  readonly features: Float32Array;
  /** 1 = bought before. */
  readonly bought: Uint8Array;
  size: number;
}

export interface CandidateFinder {
  /** Fills and returns the scratch for one user; -1 = unknown. */
  find(user: number): Candidates;
}

/**
 * Candidates are all items reachable from the user's purchases through the item models, the purchases
 * themselves, the sales of the user's places and the popular items.
 * Cost per user: items bought × neighbours + candidates × features.
 */
export function createCandidateFinder(signals: Signals, mask: Uint8Array | null): CandidateFinder {
  const { history } = signals;
  const { itemCount } = history;
  const channels = [0, 1, 2].map(() => createAccumulator(itemCount)) as [
    Accumulator,
    Accumulator,
    Accumulator,
  ];
  const placeChannels = signals.places.map(() => createAccumulator(itemCount));
  const boughtEntry = new Int32Array(itemCount).fill(-1);
  const seen = new Uint8Array(itemCount);
  const logPopularity = logShares(signals.popularity, itemCount);
  const found: Candidates = {
    items: new Int32Array(itemCount),
    features: new Float32Array(0),
    bought: new Uint8Array(itemCount),
    size: 0,
  };
  let features = found.features;

  function offer(item: number): void {
    if (seen[item] === 1 || (mask !== null && mask[item] === 0)) return;
    seen[item] = 1;
    found.items[found.size] = item;
    found.size += 1;
  }

  function collect(user: number): void {
    const [ridge, walk, recent] = channels;
    if (user >= 0) {
      for (
        let entry = history.start[user] as number;
        entry < (history.start[user + 1] as number);
        entry += 1
      ) {
        const item = history.item[entry] as number;
        boughtEntry[item] = entry;
        offer(item);
        addRow(signals.ridge, item, 1, ridge);
        addRow(signals.walk, item, 1, walk);
        addRow(signals.walk, item, BASKET_FADE ** (history.ago[entry] as number), recent);
      }
      signals.places.forEach((place, at) => {
        const code = place.code[user] as number;
        if (code >= 0) addRow(place.rows, code, 1, placeChannels[at] as Accumulator);
      });
    }
    for (const channel of [ridge, walk, ...placeChannels]) {
      for (let at = 0; at < channel.size; at += 1) offer(channel.touched[at] as number);
    }
    for (let at = 0; at < signals.popular.length; at += 1) offer(signals.popular[at] as number);
  }

  function describe(user: number): void {
    const [ridge, walk, recent] = channels;
    const ridgeScale = inverseLargest(ridge);
    const walkScale = inverseLargest(walk);
    const recentScale = inverseLargest(recent);
    const repeatShare = user < 0 ? 0 : userRepeatShare(signals, user);
    for (let at = 0; at < found.size; at += 1) {
      const item = found.items[at] as number;
      const base = at * FEATURE_COUNT;
      relative(features, base, Math.max(0, ridge.sums[item] as number) * ridgeScale);
      relative(features, base + 2, (walk.sums[item] as number) * walkScale);
      relative(features, base + 4, (recent.sums[item] as number) * recentScale);
      for (let channel = 0; channel < HALF_LIVES_DAYS.length; channel += 1) {
        features[base + 6 + channel] = logPopularity[channel * itemCount + item] as number;
      }
      for (let place = 0; place < 2; place += 1) {
        features[base + 9 + place] = placeLift(signals.places[place], placeChannels[place], {
          user,
          item,
          share: Math.exp(logPopularity[itemCount + item] as number),
        });
      }
      const entry = boughtEntry[item] as number;
      found.bought[at] = entry >= 0 ? 1 : 0;
      features.fill(0, base + FIRST_REPEAT_FEATURE, base + FEATURE_COUNT);
      if (entry >= 0)
        describeRepeat(signals, { user, entry, repeatShare }, features.subarray(base, base + FEATURE_COUNT));
    }
  }

  return {
    find(user) {
      found.size = 0;
      collect(user);
      if (features.length < found.size * FEATURE_COUNT) {
        features = new Float32Array(Math.ceil(found.size * FEATURE_COUNT * 1.5));
      }
      describe(user);
      for (let at = 0; at < found.size; at += 1) {
        seen[found.items[at] as number] = 0;
        boughtEntry[found.items[at] as number] = -1;
      }
      if (user >= 0) {
        for (
          let entry = history.start[user] as number;
          entry < (history.start[user + 1] as number);
          entry += 1
        ) {
          boughtEntry[history.item[entry] as number] = -1;
        }
      }
      for (const channel of [...channels, ...placeChannels]) clearAccumulator(channel);
      return { items: found.items, bought: found.bought, size: found.size, features };
    },
  };
}

function addRow(rows: SourceRows, source: number, factor: number, into: Accumulator): void {
  const { target, weight } = rows;
  const { sums, touched } = into;
  const end = rows.start[source + 1] as number;
  let size = into.size;
  for (let at = rows.start[source] as number; at < end; at += 1) {
    const item = target[at] as number;
    const before = sums[item] as number;
    if (before === 0) {
      touched[size] = item;
      size += 1;
    }
    // A sum that cancels to exactly zero would be listed twice: keep it apart from "untouched".
    const sum = before + factor * (weight[at] as number);
    sums[item] = sum === 0 ? Number.MIN_VALUE : sum;
  }
  into.size = size;
}

function inverseLargest(channel: Accumulator): number {
  let largest = 0;
  for (let at = 0; at < channel.size; at += 1) {
    const sum = channel.sums[channel.touched[at] as number] as number;
    if (sum > largest) largest = sum;
  }
  return largest === 0 ? 0 : 1 / largest;
}

function relative(features: Float32Array, at: number, value: number): void {
  features[at] = value;
  features[at + 1] = Math.log(value + SMALLEST_RELATIVE);
}

/** log of each item's share of a channel's purchases, with half a purchase added. */
function logShares(popularity: Float32Array, itemCount: number): Float32Array {
  const logs = new Float32Array(popularity.length);
  for (let base = 0; base < popularity.length; base += itemCount) {
    let total = 0;
    for (let item = 0; item < itemCount; item += 1) total += (popularity[base + item] as number) + 0.5;
    for (let item = 0; item < itemCount; item += 1) {
      logs[base + item] = Math.log(((popularity[base + item] as number) + 0.5) / total);
    }
  }
  return logs;
}

/** log of (share in the user's place, shrunk to the overall share) / (overall share). */
function placeLift(
  place: PlaceSales | undefined,
  channel: Accumulator | undefined,
  of: { readonly user: number; readonly item: number; readonly share: number },
): number {
  if (place === undefined || channel === undefined || of.user < 0) return 0;
  const code = place.code[of.user] as number;
  if (code < 0) return 0;
  const shrunk =
    ((channel.sums[of.item] as number) + PLACE_PRIOR * of.share) /
    ((place.total[code] as number) + PLACE_PRIOR);
  return Math.log(shrunk / of.share);
}

/** Share of the user's purchases that were not the first of their item. */
function userRepeatShare(signals: Signals, user: number): number {
  const { start, count } = signals.history;
  const from = start[user] as number;
  const to = start[user + 1] as number;
  let purchases = 0;
  for (let entry = from; entry < to; entry += 1) purchases += count[entry] as number;
  return purchases === 0 ? 0 : 1 - (to - from) / purchases;
}

function describeRepeat(
  signals: Signals,
  of: { readonly user: number; readonly entry: number; readonly repeatShare: number },
  out: Float32Array,
): void {
  const { history, repeats } = signals;
  const item = history.item[of.entry] as number;
  const count = history.count[of.entry] as number;
  const ago = history.ago[of.entry] as number;
  const baskets = history.baskets[of.user] as number;
  const days = signals.realTimes ? Math.max(0, signals.now - (history.last[of.entry] as number)) / DAY : 0;
  const own =
    count > 1
      ? ((history.last[of.entry] as number) - (history.first[of.entry] as number)) / DAY / (count - 1)
      : 0;
  const expected = signals.realTimes
    ? (own * (count - 1) + 2 * (repeats.interval[item] as number)) / (count + 1)
    : 0;
  const at = FIRST_REPEAT_FEATURE;
  out[at] = 1;
  out[at + 1] = Math.log(count);
  out[at + 2] = count / Math.max(1, baskets);
  out[at + 3] = Math.log1p(ago);
  out[at + 4] = BASKET_FADE ** ago;
  out[at + 5] = Math.log1p(days);
  out[at + 6] = Math.log(repeats.rate[item] as number);
  out[at + 7] = of.repeatShare;
  out[at + 8] = Math.log(Math.max(1, baskets));
  out[at + 9] = expected > 0 ? Math.min(4, days / expected) : 0;
}
