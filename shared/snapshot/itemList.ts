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
  return HEAD_BYTES + capacity * (width + 8);
}

const HEAD_BYTES = 4;

/** Longer lists are cut at the capacity (≤ 255). */
export function encodeItemList(list: ItemList, capacity: number, width: ItemWidth): Uint8Array {
  const bytes = new Uint8Array(itemListBytes(capacity, width));
  const view = new DataView(bytes.buffer);
  const length = Math.min(capacity, list.items.length);
  bytes[0] = length;
  bytes[1] = Math.min(length, list.own);
  const countsAt = HEAD_BYTES + capacity * width;
  for (let i = 0; i < length; i++) {
    writeItemNumber(bytes, HEAD_BYTES + i * width, list.items[i] as number, width);
    view.setUint32(countsAt + 4 * i, list.counts[i] ?? 0, true);
    view.setFloat32(countsAt + 4 * (capacity + i), list.weights[i] ?? 0, true);
  }
  return bytes;
}

export function decodeItemList(bytes: Uint8Array, width: ItemWidth): ItemList {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const capacity = (bytes.byteLength - HEAD_BYTES) / (width + 8);
  const length = bytes[0] as number;
  const countsAt = HEAD_BYTES + capacity * width;
  const items = new Array<number>(length);
  const counts = new Array<number>(length);
  const weights = new Array<number>(length);
  for (let i = 0; i < length; i++) {
    items[i] = readItemNumber(bytes, HEAD_BYTES + i * width, width);
    counts[i] = view.getUint32(countsAt + 4 * i, true);
    weights[i] = view.getFloat32(countsAt + 4 * (capacity + i), true);
  }
  return { items, counts, weights, own: bytes[1] as number };
}
