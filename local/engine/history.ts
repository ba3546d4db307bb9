import type { Interactions } from './interactions.ts';
import { longestRow } from './longest-row.ts';
import { timedAsync } from './phases.ts';
import { sharedInt32, sharedUint16, sharedUint32 } from './shared-arrays.ts';
import { atOnce, inTurns, ROWS_A_TURN, type Steps } from './turns.ts';

/**
 * Everything the kernels know of past purchases: one entry per distinct (user, item), grouped by user
 * (compressed sparse rows). A basket is all rows of one user with one time.
 * `start` has userCount + 1 entries; user u owns entries start[u] … start[u + 1] - 1.
 */
export interface History {
  readonly userCount: number;
  readonly itemCount: number;
  readonly start: Int32Array;
  readonly item: Int32Array;
  /** Baskets of this user that held this item. */
  readonly count: Uint16Array;
  /** Time of the first and the last of them. */
  readonly first: Uint32Array;
  readonly last: Uint32Array;
  /** Baskets of this user since the last of them; 0 = in the latest basket. */
  readonly ago: Uint16Array;
  /** By user: number of baskets, time of the first and the latest. */
  readonly baskets: Uint16Array;
  readonly userFirst: Uint32Array;
  readonly userLast: Uint32Array;
}

/**
 * Builds the history from the rows whose `part` equals 0 (all rows when `part` is null).
 * Counting passes and a sort within each user: O(rows log rows-per-user).
 */
export function buildHistory(interactions: Interactions, part: Uint8Array | null): History {
  return atOnce(gatherHistory(interactions, part));
}

/** The same without keeping the thread from other work. */
export function buildHistoryInTurns(interactions: Interactions, part: Uint8Array | null): Promise<History> {
  return timedAsync('history', () => inTurns(gatherHistory(interactions, part)));
}

/** Users between two stops: some tens of milliseconds. */
const USERS_A_TURN = 32_768;

function* gatherHistory(interactions: Interactions, part: Uint8Array | null): Steps<History> {
  const { userCount, itemCount } = interactions;
  const rows = yield* groupByUser(interactions, part);
  const start = sharedInt32(userCount + 1);
  const entries = yield* countEntries(rows, interactions, start);
  const history: History = {
    userCount,
    itemCount,
    start,
    item: sharedInt32(entries),
    count: sharedUint16(entries),
    first: sharedUint32(entries),
    last: sharedUint32(entries),
    ago: sharedUint16(entries),
    baskets: sharedUint16(userCount),
    userFirst: sharedUint32(userCount),
    userLast: sharedUint32(userCount),
  };
  const entryOf = new Int32Array(itemCount);
  const keys = new Float64Array(longestRow(rows.start));
  for (let user = 0; user < userCount; user += 1) {
    if (user % USERS_A_TURN === 0) yield;
    const size = sortedKeys(interactions, rows, user, keys);
    fillUser(history, user, { keys, size, entryOf });
  }
  return history;
}

/** Rows of the interactions by user. */
interface GroupedRows {
  readonly start: Int32Array;
  readonly row: Int32Array;
}

function* groupByUser(
  { users, length, userCount }: Interactions,
  part: Uint8Array | null,
): Steps<GroupedRows> {
  const start = new Int32Array(userCount + 1);
  for (let row = 0; row < length; row += 1) {
    if (row % ROWS_A_TURN === 0) yield;
    if (part !== null && part[row] !== 0) continue;
    const after = (users[row] as number) + 1;
    start[after] = (start[after] as number) + 1;
  }
  for (let user = 0; user < userCount; user += 1)
    start[user + 1] = (start[user + 1] as number) + (start[user] as number);
  const next = start.slice(0, userCount);
  const grouped = new Int32Array(start[userCount] as number);
  for (let row = 0; row < length; row += 1) {
    if (row % ROWS_A_TURN === 0) yield;
    if (part !== null && part[row] !== 0) continue;
    const user = users[row] as number;
    grouped[next[user] as number] = row;
    next[user] = (next[user] as number) + 1;
  }
  return { start, row: grouped };
}

/** Typed arrays' own sort costs more than this up to here. */
const INSERTION_SORT = 40;

/** time × itemCount + item of a user's rows, ascending; their number. */
function sortedKeys(
  { times, items, itemCount }: Interactions,
  rows: GroupedRows,
  user: number,
  keys: Float64Array,
): number {
  const from = rows.start[user] as number;
  const size = (rows.start[user + 1] as number) - from;
  for (let at = 0; at < size; at += 1) {
    const row = rows.row[from + at] as number;
    const key = (times[row] as number) * itemCount + (items[row] as number);
    let place = at;
    if (size <= INSERTION_SORT) {
      for (; place > 0 && (keys[place - 1] as number) > key; place -= 1)
        keys[place] = keys[place - 1] as number;
    }
    keys[place] = key;
  }
  if (size > INSERTION_SORT) keys.subarray(0, size).sort();
  return size;
}

/** Fills `start` with the number of distinct items before each user; returns the total. */
function* countEntries(rows: GroupedRows, interactions: Interactions, start: Int32Array): Steps<number> {
  const { userCount, itemCount, items } = interactions;
  const seenBy = new Int32Array(itemCount).fill(-1);
  let entries = 0;
  for (let user = 0; user < userCount; user += 1) {
    if (user % USERS_A_TURN === 0) yield;
    for (let row = rows.start[user] as number; row < (rows.start[user + 1] as number); row += 1) {
      const item = items[rows.row[row] as number] as number;
      if (seenBy[item] === user) continue;
      seenBy[item] = user;
      entries += 1;
    }
    start[user + 1] = entries;
  }
  return entries;
}

/** `entryOf[item]` is trusted only when it lies within this user's entries and names the item. */
function fillUser(
  history: History,
  user: number,
  of: { readonly keys: Float64Array; readonly size: number; readonly entryOf: Int32Array },
): void {
  const { keys, size, entryOf } = of;
  const { start, item, count, first, last, ago, itemCount } = history;
  const begin = start[user] as number;
  let end = begin;
  let basket = 0;
  let latest = -1;
  for (let at = 0; at < size; at += 1) {
    const key = keys[at] as number;
    // Exact below 2^53, and many times as fast as the remainder of doubles.
    let time = Math.floor(key / itemCount);
    if (time * itemCount > key) time -= 1;
    const which = key - time * itemCount;
    if (time !== latest) basket += 1;
    if (latest === -1) history.userFirst[user] = time;
    latest = time;
    let entry = entryOf[which] as number;
    if (entry < begin || entry >= end || item[entry] !== which) {
      entry = end;
      end += 1;
      entryOf[which] = entry;
      item[entry] = which;
      first[entry] = time;
    } else if (ago[entry] === basket) continue;
    count[entry] = Math.min(65_535, (count[entry] as number) + 1);
    last[entry] = time;
    ago[entry] = basket;
  }
  for (let entry = begin; entry < end; entry += 1)
    ago[entry] = Math.min(65_535, basket - (ago[entry] as number));
  history.baskets[user] = Math.min(65_535, basket);
  history.userLast[user] = Math.max(0, latest);
}

/** By item: how many users bought it. */
export function buyersOf({ item, itemCount }: History): Int32Array {
  const buyers = new Int32Array(itemCount);
  for (let entry = 0; entry < item.length; entry += 1) {
    const which = item[entry] as number;
    buyers[which] = (buyers[which] as number) + 1;
  }
  return buyers;
}
