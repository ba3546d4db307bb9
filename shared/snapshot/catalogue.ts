import type { ProductCard } from '../catalogue/card.ts';
import { CorruptPartError, framePart, isPartOf, openPart } from './frame.ts';

/**
 * Ready-made product cards by item number. Payload of a part for a range of items, little-endian:
 *
 *   0  u32             first item number f
 *   4  u32             number of slots n: items f … f + n - 1
 *   8  u32[n + 1]      where each card begins in the text; an empty slot has no length
 *      u8[n]           flags: 1 = sellable (recommendable and available), 2 = recommendable
 *                      the cards as JSON, UTF-8
 *
 * Payload of a part for any items, as large catalogues have them:
 *
 *   0  u32             number of slots n
 *   4  u32             zero
 *   8  u32[n]          item numbers, ascending
 *      u32[n + 1]      where each card begins in the text
 *      u8[n]           flags
 *                      the cards
 */
export interface Catalogue {
  readonly first: number;
  readonly count: number;
  /** Item number of each slot, ascending; null: slot s is item first + s. */
  readonly items: Uint32Array | null;
  readonly offsets: Uint32Array;
  readonly flags: Uint8Array;
  readonly text: Uint8Array;
  readonly byteLength: number;
}

export interface CatalogueEntry {
  readonly item: number;
  readonly card: ProductCard;
  readonly sellable: boolean;
  /** Sold out or not; a sellable product always is. */
  readonly recommendable: boolean;
}

const HEAD_BYTES = 8;
const SELLABLE = 1;
const RECOMMENDABLE = 2;
const encoder = new TextEncoder();

/** A framed catalogue part from entries in ascending item order (at least one). */
export function encodeCatalogue(entries: readonly CatalogueEntry[]): Uint8Array {
  const first = entries[0]?.item ?? 0;
  const slots = entries.length === 0 ? 0 : (entries.at(-1)?.item ?? first) - first + 1;
  const offsets = new Uint32Array(slots + 1);
  const flags = new Uint8Array(slots);
  const texts: Uint8Array[] = [];
  let length = 0;
  let next = 0;
  for (const { item, card, sellable, recommendable } of entries) {
    const slot = item - first;
    if (slot < next) throw new RangeError(`item ${item}: item numbers must ascend strictly`);
    offsets.fill(length, next, slot + 1);
    const text = encoder.encode(JSON.stringify(card));
    texts.push(text);
    length += text.byteLength;
    flags[slot] = (sellable ? SELLABLE : 0) | (recommendable ? RECOMMENDABLE : 0);
    next = slot + 1;
  }
  offsets.fill(length, next);
  const payload = new Uint8Array(HEAD_BYTES + offsets.byteLength + slots + length);
  const view = new DataView(payload.buffer);
  view.setUint32(0, first, true);
  view.setUint32(4, slots, true);
  payload.set(new Uint8Array(offsets.buffer), HEAD_BYTES);
  payload.set(flags, HEAD_BYTES + offsets.byteLength);
  let at = HEAD_BYTES + offsets.byteLength + slots;
  for (const text of texts) {
    payload.set(text, at);
    at += text.byteLength;
  }
  return framePart('catalogue', payload);
}

/** A framed part of any cards, in ascending item order. */
export function encodeCards(entries: readonly CatalogueEntry[]): Uint8Array {
  const count = entries.length;
  const texts = entries.map(({ card }) => encoder.encode(JSON.stringify(card)));
  const length = texts.reduce((sum, text) => sum + text.byteLength, 0);
  const offsetsAt = HEAD_BYTES + 4 * count;
  const flagsAt = offsetsAt + 4 * (count + 1);
  const payload = new Uint8Array(flagsAt + count + length);
  const view = new DataView(payload.buffer);
  view.setUint32(0, count, true);
  let at = 0;
  let last = 0;
  entries.forEach(({ item, sellable, recommendable }, slot) => {
    if (item <= last) throw new RangeError(`item ${item}: item numbers must ascend strictly`);
    last = item;
    view.setUint32(HEAD_BYTES + 4 * slot, item, true);
    view.setUint32(offsetsAt + 4 * slot, at, true);
    payload[flagsAt + slot] = (sellable ? SELLABLE : 0) | (recommendable ? RECOMMENDABLE : 0);
    const text = texts[slot] as Uint8Array;
    payload.set(text, flagsAt + count + at);
    at += text.byteLength;
  });
  view.setUint32(offsetsAt + 4 * count, at, true);
  return framePart('cards', payload);
}

/** Opens a framed catalogue part of either kind without copying. Throws CorruptPartError. */
export function openCatalogue(part: Uint8Array): Catalogue {
  const whole = part.byteOffset % 4 === 0 ? part : part.slice();
  const named = isPartOf('cards', whole);
  const payload = openPart(named ? 'cards' : 'catalogue', whole);
  if (payload.byteLength < HEAD_BYTES + 4) throw new CorruptPartError('no catalogue head');
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const count = view.getUint32(named ? 0 : 4, true);
  const offsetsAt = HEAD_BYTES + (named ? 4 * count : 0);
  const flagsAt = offsetsAt + 4 * (count + 1);
  const textAt = flagsAt + count;
  if (textAt > payload.byteLength) throw new CorruptPartError('catalogue size differs');
  const offsets = new Uint32Array(payload.buffer, payload.byteOffset + offsetsAt, count + 1);
  if (textAt + (offsets[count] as number) !== payload.byteLength)
    throw new CorruptPartError('catalogue size differs');
  return {
    first: named ? 0 : view.getUint32(0, true),
    count,
    items: named ? new Uint32Array(payload.buffer, payload.byteOffset + HEAD_BYTES, count) : null,
    offsets,
    flags: payload.subarray(flagsAt, textAt),
    text: payload.subarray(textAt),
    byteLength: part.byteLength,
  };
}

/** The slot of an item in the part, or -1. O(log slots). */
export function slotOf({ first, count, items }: Catalogue, item: number): number {
  if (items === null) return item >= first && item < first + count ? item - first : -1;
  let from = 0;
  let to = count;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((items[middle] as number) < item) from = middle + 1;
    else to = middle;
  }
  return items[from] === item ? from : -1;
}

export interface FoundCard {
  /** The card as JSON in UTF-8, a view. */
  readonly text: Uint8Array;
  readonly sellable: boolean;
  readonly recommendable: boolean;
}

/** The card in a slot, or null when the slot is empty. */
export function cardAt(catalogue: Catalogue, slot: number): FoundCard | null {
  const text = catalogue.text.subarray(catalogue.offsets[slot], catalogue.offsets[slot + 1]);
  if (text.byteLength === 0) return null;
  const flags = catalogue.flags[slot] as number;
  // Snapshots before the second flag say of sold-out products nothing else.
  return { text, sellable: (flags & SELLABLE) !== 0, recommendable: flags !== 0 };
}
