import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Key64 } from '../snapshot/key64.ts';

/** Turns a customer's unified id into the key of their record. */
export type CustomerKeyer = (unifiedCustomerId: string) => Key64;

/**
 * The keyed hash that stands for a customer outside Postgres: the first 64 bits of HMAC-SHA-256 under
 * the shop's secret, so that nobody who reads a shard can test ids against it.
 * @param secretHex ID_HASH_KEY: 32 bytes as 64 hexadecimal digits. Throws RangeError otherwise.
 */
export function createCustomerKeyer(secretHex: string): CustomerKeyer {
  if (!/^[0-9a-f]{64}$/i.test(secretHex)) throw new RangeError('ID_HASH_KEY must be 64 hexadecimal digits');
  const keyed = hmac.create(sha256, hexToBytes(secretHex.toLowerCase()));
  // One state and one digest for all: to make them anew takes longer than to hash an id.
  const state = keyed.clone();
  const digest = new Uint8Array(sha256.outputLen);
  const view = new DataView(digest.buffer);
  return (id) => {
    keyed._cloneInto(state).update(utf8ToBytes(id)).digestInto(digest);
    return { high: view.getInt32(0, false), low: view.getUint32(4, false) };
  };
}
