import { type ItemWidth, readItemNumber, writeItemNumber } from './itemNumbers.ts';

/** A ranked list of items: what is similar to one, bought with one, or popular somewhere. */
export interface ItemList {
  readonly items: number[];
  /** Orders behind each entry: bought together, or sold; 0 = none. */
  readonly counts: number[];
  /** A weight of the list's own kind (lift for pairs, growth for trending); 0 = none. */
  readonly weights: number[];
  /** Leading entries that belong to the list itself; the rest fills up with popular items. */
  readonly own: number;
}

/**
 * An item list of capacity K and item width w, little-endian:
 *
 *   0  u8      number of entries
 *   1  u8      own
 *   2  u16     zero
 *   4  K*w     item numbers
 *      K*4     u32 counts
 *      K*4     f32 weights
 */
export function itemListBytes(capacity: number, width: ItemWidth): number {
  return LIST_ITEMS_AT + capacity * (width + 8);
}

/** Where the numbers of entries and of own ones stand, and where the items begin: for who reads no more than them. */
export const LIST_COUNT_AT = 0;
export const LIST_OWN_AT = 1;
export const LIST_ITEMS_AT = 4;

/** Longer lists are cut at the capacity (≤ 255). */
export function encodeItemList(list: ItemList, capacity: number, width: ItemWidth): Uint8Array {
  const bytes = new Uint8Array(itemListBytes(capacity, width));
  const view = new DataView(bytes.buffer);
  const length = Math.min(capacity, list.items.length);
  bytes[LIST_COUNT_AT] = length;
  bytes[LIST_OWN_AT] = Math.min(length, list.own);
  const countsAt = LIST_ITEMS_AT + capacity * width;
  for (let i = 0; i < length; i++) {
    writeItemNumber(bytes, LIST_ITEMS_AT + i * width, list.items[i] as number, width);
    view.setUint32(countsAt + 4 * i, list.counts[i] ?? 0, true);
    view.setFloat32(countsAt + 4 * (capacity + i), list.weights[i] ?? 0, true);
  }
  return bytes;
}

export function decodeItemList(bytes: Uint8Array, width: ItemWidth): ItemList {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const capacity = (bytes.byteLength - LIST_ITEMS_AT) / (width + 8);
  const length = bytes[LIST_COUNT_AT] as number;
  const countsAt = LIST_ITEMS_AT + capacity * width;
  const items = new Array<number>(length);
  const counts = new Array<number>(length);
  const weights = new Array<number>(length);
  for (let i = 0; i < length; i++) {
    items[i] = readItemNumber(bytes, LIST_ITEMS_AT + i * width, width);
    counts[i] = view.getUint32(countsAt + 4 * i, true);
    weights[i] = view.getFloat32(countsAt + 4 * (capacity + i), true);
  }
  return { items, counts, weights, own: bytes[LIST_OWN_AT] as number };
}
