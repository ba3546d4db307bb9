import { createHmac } from 'node:crypto';
import { aliasText } from '../../shared/identity/alias.ts';

/** Turns an id, as one system names it, into what is kept of it after an erasure. Null: the shop's own id. */
export type ErasedIdHasher = (source: string | null, id: string) => Buffer;

const HASH_BYTES = 16;

/**
 * The first 16 bytes of HMAC-SHA-256 under the shop's secret, apart from the keys that KV knows customers by.
 * A new ID_HASH_KEY forgets who was forgotten: docs/privacy.md says what to do then.
 */
export function createErasedIdHasher(secretHex: string): ErasedIdHasher {
  const key = Buffer.from(secretHex, 'hex');
  return (source, id) =>
    createHmac('sha256', key)
      .update(`erased\u0000${aliasText(source, id)}`)
      .digest()
      .subarray(0, HASH_BYTES);
}
