import { readItemNumber, writeItemNumber } from './itemNumbers.ts';
import type { SnapshotLayout } from './layout.ts';
import { decodeScore, encodeScore } from './score.ts';

/** Why an item stands in a person's list; the code's place in the array is its value in the record. */
export const USER_REASONS = [
  'similar_taste',
  'bought_with',
  'buy_again',
  'popular_in_place',
  'popular',
] as const;
export type UserReason = (typeof USER_REASONS)[number];

/** What the snapshot holds of one customer. Items are item numbers. */
export interface UserRecord {
  /** 1-based place in the snapshot's list of places; 0 = unknown. */
  readonly place: number;
  readonly items: number[];
  readonly scores: (number | null)[];
  readonly reasons: UserReason[];
  /** Position in `bought` of the item a reason speaks of, or null. */
  readonly references: (number | null)[];
  /** Leading items of the list that come from the recommender; the rest fills up with popular ones. */
  readonly own: number;
  readonly affinity: number[];
  /** Latest first. */
  readonly bought: number[];
  /** Of each purchase: after how many weeks the customer buys it again, or null. */
  readonly cycles: (number | null)[];
}

/**
 * A user record, little-endian, width w = layout.item_width, L, A, B, C = the layout's four lengths:
 *
 *   0  u16   place
 *   2  u8    number of recommended items
 *   3  u8    number of affinity items
 *   4  u8    number of bought items
 *   5  u8    own: leading items from the recommender
 *   6  u16   zero
 *   8  L*w   item numbers
 *      L     score bytes (score.ts)
 *      L     reason << 5 | (1 + position in bought, or 0)
 *      A*w   affinity item numbers
 *      B*w   bought item numbers
 *      C     weeks between purchases of the first C bought items, 0 = not known
 */
export function userRecordBytes(layout: SnapshotLayout): number {
  const { item_width: w, user_recommendations: l, user_affinity: a, user_bought: b } = layout;
  return USER_ITEMS_AT + l * (w + 2) + (a + b) * w + layout.user_cycles;
}

/** Where the number of recommended items stands, and where they begin: for who reads no more than them. */
export const USER_COUNT_AT = 2;
export const USER_ITEMS_AT = 8;
/** A reference takes five bits, 0 meaning none. */
export const LONGEST_BOUGHT = 31;

/** Writes a record into `bytes` at 0; lists longer than the layout are cut. */
export function encodeUserRecord(record: UserRecord, layout: SnapshotLayout): Uint8Array {
  const { item_width: w, user_recommendations: l, user_affinity: a, user_bought: b } = layout;
  const bytes = new Uint8Array(userRecordBytes(layout));
  const count = Math.min(l, record.items.length);
  const affinity = Math.min(a, record.affinity.length);
  const bought = Math.min(b, LONGEST_BOUGHT, record.bought.length);
  bytes[0] = record.place & 255;
  bytes[1] = record.place >>> 8;
  bytes[USER_COUNT_AT] = count;
  bytes[3] = affinity;
  bytes[4] = bought;
  bytes[5] = Math.min(count, record.own);
  const scoresAt = USER_ITEMS_AT + l * w;
  for (let i = 0; i < count; i++) {
    writeItemNumber(bytes, USER_ITEMS_AT + i * w, record.items[i] as number, w);
    bytes[scoresAt + i] = encodeScore(record.scores[i] ?? null);
    bytes[scoresAt + l + i] = reasonByte(
      record.reasons[i] ?? 'similar_taste',
      record.references[i] ?? null,
      bought,
    );
  }
  const affinityAt = scoresAt + 2 * l;
  for (let i = 0; i < affinity; i++)
    writeItemNumber(bytes, affinityAt + i * w, record.affinity[i] as number, w);
  const boughtAt = affinityAt + a * w;
  for (let i = 0; i < bought; i++) writeItemNumber(bytes, boughtAt + i * w, record.bought[i] as number, w);
  const cyclesAt = boughtAt + b * w;
  const cycles = Math.min(layout.user_cycles, bought);
  for (let i = 0; i < cycles; i++) bytes[cyclesAt + i] = Math.min(255, record.cycles[i] ?? 0);
  return bytes;
}

export function decodeUserRecord(bytes: Uint8Array, layout: SnapshotLayout): UserRecord {
  const { item_width: w, user_recommendations: l, user_affinity: a, user_bought: b } = layout;
  const count = bytes[USER_COUNT_AT] as number;
  const scoresAt = USER_ITEMS_AT + l * w;
  const affinityAt = scoresAt + 2 * l;
  const boughtAt = affinityAt + a * w;
  const cyclesAt = boughtAt + b * w;
  const bought = bytes[4] as number;
  // Plain loops: Array.from() walks the bytes by their iterator, ten times as slowly, for every customer asked for.
  const scores = new Array<number | null>(count);
  const reasons = new Array<UserReason>(count);
  const references = new Array<number | null>(count);
  for (let i = 0; i < count; i++) {
    scores[i] = decodeScore(bytes[scoresAt + i] as number);
    const reason = bytes[scoresAt + l + i] as number;
    reasons[i] = USER_REASONS[reason >>> 5] ?? 'similar_taste';
    references[i] = (reason & 31) === 0 ? null : (reason & 31) - 1;
  }
  const cycles = new Array<number | null>(bought);
  for (let i = 0; i < bought; i++)
    cycles[i] = i < layout.user_cycles ? (bytes[cyclesAt + i] as number) || null : null;
  return {
    place: (bytes[0] as number) | ((bytes[1] as number) << 8),
    items: readItems(bytes, USER_ITEMS_AT, count, w),
    scores,
    reasons,
    references,
    own: bytes[5] as number,
    affinity: readItems(bytes, affinityAt, bytes[3] as number, w),
    bought: readItems(bytes, boughtAt, bought, w),
    cycles,
  };
}

function reasonByte(reason: UserReason, reference: number | null, bought: number): number {
  const known = reference !== null && reference < bought ? reference + 1 : 0;
  return (USER_REASONS.indexOf(reason) << 5) | known;
}

function readItems(bytes: Uint8Array, at: number, count: number, width: 2 | 3): number[] {
  const items = new Array<number>(count);
  for (let i = 0; i < count; i++) items[i] = readItemNumber(bytes, at + i * width, width);
  return items;
}
