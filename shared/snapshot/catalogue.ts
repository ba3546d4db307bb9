import type { ProductCard } from '../catalogue/card.ts';
import { CorruptPartError, framePart, openPart } from './frame.ts';

/**
 * Ready-made product cards by item number. Payload, little-endian:
 *
 *   0  u32             first item number f
 *   4  u32             number of slots n: items f … f + n - 1
 *   8  u32[n + 1]      where each card begins in the text; an empty slot has no length
 *      u8[n]           flags: 1 = sellable (recommendable and available), 2 = recommendable
 *                      the cards as JSON, UTF-8
 */
export interface Catalogue {
  readonly first: number;
  readonly count: number;
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
const decoder = new TextDecoder();

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

/** Opens a framed catalogue part without copying. Throws CorruptPartError. */
export function openCatalogue(part: Uint8Array): Catalogue {
  const whole = part.byteOffset % 4 === 0 ? part : part.slice();
  const payload = openPart('catalogue', whole);
  if (payload.byteLength < HEAD_BYTES + 4) throw new CorruptPartError('no catalogue head');
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const count = view.getUint32(4, true);
  const flagsAt = HEAD_BYTES + 4 * (count + 1);
  const textAt = flagsAt + count;
  if (textAt > payload.byteLength) throw new CorruptPartError('catalogue size differs');
  const offsets = new Uint32Array(payload.buffer, payload.byteOffset + HEAD_BYTES, count + 1);
  if (textAt + (offsets[count] as number) !== payload.byteLength)
    throw new CorruptPartError('catalogue size differs');
  return {
    first: view.getUint32(0, true),
    count,
    offsets,
    flags: payload.subarray(flagsAt, textAt),
    text: payload.subarray(textAt),
    byteLength: part.byteLength,
  };
}

/** The card of an item, or null when the part does not hold it. */
export function cardOf(catalogue: Catalogue, item: number): ProductCard | null {
  const slot = item - catalogue.first;
  if (slot < 0 || slot >= catalogue.count) return null;
  const from = catalogue.offsets[slot] as number;
  const to = catalogue.offsets[slot + 1] as number;
  // The part's checksum held, so this is JSON that encodeCatalogue wrote.
  return from === to ? null : (JSON.parse(decoder.decode(catalogue.text.subarray(from, to))) as ProductCard);
}

export function isSellable(catalogue: Catalogue, item: number): boolean {
  const slot = item - catalogue.first;
  return slot >= 0 && slot < catalogue.count && ((catalogue.flags[slot] as number) & SELLABLE) !== 0;
}

/** Whether the item may be recommended once it is in stock; of snapshots before this flag: as isSellable. */
export function isRecommendable(catalogue: Catalogue, item: number): boolean {
  const slot = item - catalogue.first;
  return slot >= 0 && slot < catalogue.count && (catalogue.flags[slot] as number) !== 0;
}
