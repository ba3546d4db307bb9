import { CorruptPartError, framePart, openPart } from './frame.ts';

/**
 * In which part of a large catalogue each product's card stands. Payload, little-endian:
 *
 *   0  u32     number of items n: items 1 … n
 *   4  u16[n]  1 + the place of the item's part among the manifest's catalogue parts; 0 = no card
 */
export interface Shelves {
  /** Place of the part that holds the item's card, or null. */
  partOf(item: number): number | null;
}

const HEAD_BYTES = 4;
/** More parts than that cannot be told apart. */
export const MOST_SHELVES = 0xfffe;

/** @param parts by item number, from 0: the place of the item's part, or -1 */
export function encodeShelves(parts: Int32Array): Uint8Array {
  const items = Math.max(0, parts.length - 1);
  const payload = new Uint8Array(HEAD_BYTES + 2 * items);
  const view = new DataView(payload.buffer);
  view.setUint32(0, items, true);
  for (let item = 1; item <= items; item++) {
    const part = parts[item] as number;
    if (part > MOST_SHELVES) throw new RangeError(`item ${item}: part ${part} is too far`);
    view.setUint16(HEAD_BYTES + 2 * (item - 1), part + 1, true);
  }
  return framePart('shelves', payload);
}

/** Opens the shelves without copying. Throws CorruptPartError. */
export function openShelves(part: Uint8Array): Shelves {
  const payload = openPart('shelves', part);
  if (payload.byteLength < HEAD_BYTES) throw new CorruptPartError('no head of shelves');
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const items = view.getUint32(0, true);
  if (payload.byteLength !== HEAD_BYTES + 2 * items) throw new CorruptPartError('shelves differ in size');
  return {
    partOf(item) {
      if (item < 1 || item > items) return null;
      const stored = view.getUint16(HEAD_BYTES + 2 * (item - 1), true);
      return stored === 0 ? null : stored - 1;
    },
  };
}
