import type { Truth } from './examples.ts';
import type { Interactions } from './interactions.ts';
import { createRandom, sampleWithoutReplacement } from './random.ts';
import { truthOf } from './truth.ts';

/** Personalize's holdout: a tenth of the users is tested on the newest tenth of their purchases. */
export interface TestUsers {
  /** By user: 1 = tested, and unknown to the models that are measured. */
  readonly tested: Uint8Array;
  /** By row: 0 = oldest 90 % of a tested user, 1 = newest 10 %, 2 = any other user's. */
  readonly part: Uint8Array;
  readonly truth: Truth;
}

const SHARE = 0.1;
/** Enough for a standard error below 0.015. */
const MOST_USERS = 1_000;
/** One purchase to start from and one to find. */
const FEWEST_ROWS = 2;

/** Seeded. A user's purchases of one moment keep the order of the rows. O(rows). */
export function chooseTestUsers(interactions: Interactions, seed: number): TestUsers {
  const { users, length, userCount } = interactions;
  const rows = new Int32Array(userCount);
  for (let row = 0; row < length; row += 1) {
    const user = users[row] as number;
    rows[user] = (rows[user] as number) + 1;
  }
  const able = Int32Array.from(rows.keys()).filter((user) => (rows[user] as number) >= FEWEST_ROWS);
  const count = Math.min(MOST_USERS, Math.floor(able.length * SHARE));
  const tested = new Uint8Array(userCount);
  for (const user of sampleWithoutReplacement(able, count, createRandom(seed + 2))) tested[user] = 1;
  const part = splitRows(interactions, tested);
  return { tested, part, truth: truthOf(interactions, part) };
}

function splitRows({ users, times, length }: Interactions, tested: Uint8Array): Uint8Array {
  const part = new Uint8Array(length).fill(2);
  const rowsOf = new Map<number, number[]>();
  for (let row = 0; row < length; row += 1) {
    const user = users[row] as number;
    if (tested[user] === 0) continue;
    const rows = rowsOf.get(user) ?? [];
    rows.push(row);
    rowsOf.set(user, rows);
  }
  for (const rows of rowsOf.values()) {
    rows.sort((left, right) => (times[left] as number) - (times[right] as number) || left - right);
    const newest = Math.max(1, Math.round(rows.length * SHARE));
    rows.forEach((row, place) => {
      part[row] = place < rows.length - newest ? 0 : 1;
    });
  }
  return part;
}

/** Takes tested users out of a holdout: neither known nor to be predicted. Changes `part`. */
export function leaveOut(part: Uint8Array, users: Int32Array, tested: Uint8Array): void {
  for (let row = 0; row < part.length; row += 1) {
    if (tested[users[row] as number] === 1) part[row] = 2;
  }
}
