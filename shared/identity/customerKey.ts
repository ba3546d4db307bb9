import type { Key64 } from '../snapshot/key64.ts';
import { createHmac64 } from './hmacSha256.ts';

/** Turns a customer's unified id into the key of their record. */
export type CustomerKeyer = (unifiedCustomerId: string) => Key64;

/**
 * The keyed hash that stands for a customer outside Postgres: the first 64 bits of HMAC-SHA-256 under
 * the shop's secret, so that nobody who reads a shard can test ids against it.
 * @param secretHex ID_HASH_KEY: 32 bytes as 64 hexadecimal digits. Throws RangeError otherwise.
 */
export function createCustomerKeyer(secretHex: string): CustomerKeyer {
  if (!/^[0-9a-f]{64}$/i.test(secretHex)) throw new RangeError('ID_HASH_KEY must be 64 hexadecimal digits');
  const hash = createHmac64(Uint8Array.from({ length: 32 }, (_, i) => byteAt(secretHex, i)));
  return (id) => {
    const { high, low } = hash(id);
    return { high, low: low >>> 0 };
  };
}

function byteAt(hex: string, i: number): number {
  return Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
}
