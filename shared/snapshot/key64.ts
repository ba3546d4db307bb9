import { xxhash32 } from './xxhash32.ts';

/** A 64-bit key as two 32-bit halves; ordered as a signed 64-bit integer, as Postgres orders bigint. */
export interface Key64 {
  /** Signed upper half. */
  readonly high: number;
  /** Unsigned lower half. */
  readonly low: number;
}

const encoder = new TextEncoder();

export function compareKeys(a: Key64, b: Key64): number {
  return a.high - b.high || a.low - b.low;
}

export function keyToBigInt(key: Key64): bigint {
  return (BigInt(key.high) << 32n) | BigInt(key.low);
}

export function keyFromBigInt(value: bigint): Key64 {
  return { high: Number(BigInt.asIntN(32, value >> 32n)), low: Number(BigInt.asUintN(32, value)) };
}

/** Key of a small non-negative integer, e.g. an item number. */
export function keyOfNumber(value: number): Key64 {
  return { high: Math.floor(value / 2 ** 32), low: value >>> 0 };
}

/** Key of a public text (a product id, a list's name). Not keyed: never for customers. */
export function keyOfText(text: string): Key64 {
  const bytes = encoder.encode(text);
  return { high: xxhash32(bytes, 0x5eed) | 0, low: xxhash32(bytes, 0) };
}

/** A key as eight bytes, little-endian halves, upper one first. */
export function keyBytes({ high, low }: Key64): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, high, true);
  view.setUint32(4, low, true);
  return bytes;
}

export function readKey(bytes: Uint8Array): Key64 {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  return { high: view.getInt32(0, true), low: view.getUint32(4, true) };
}
