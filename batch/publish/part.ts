import { createHash } from 'node:crypto';
import { type DocumentName, type PartRef, partKey, type TableName } from '../../shared/snapshot/manifest.ts';

/** One immutable part, ready to be written under the key that its content gives it. */
export interface Part {
  readonly of: TableName | DocumentName;
  readonly ref: PartRef;
  readonly bytes: Uint8Array;
}

/** @param from lowest key the part answers for */
export function makePart(of: Part['of'], bytes: Uint8Array, from: PartRef['from']): Part {
  return { of, bytes, ref: { key: partKey(contentHash(bytes)), bytes: bytes.byteLength, from } };
}

/** First 32 hexadecimal digits of the SHA-256. */
export function contentHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}
