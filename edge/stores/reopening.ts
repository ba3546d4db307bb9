import { murmur3Hex } from '../murmur3.ts';

/**
 * Opens bytes, and gives the same object as long as they are the same: what is read again every few seconds is
 * parsed when it has changed only, and who compares objects sees whether it has.
 * @param open throws when the bytes are not what they should be
 */
export function reopening<T>(open: (bytes: Uint8Array) => T): (bytes: Uint8Array) => T {
  let last: { readonly hash: string; readonly value: T } | null = null;
  return (bytes) => {
    const hash = murmur3Hex(bytes);
    if (last?.hash !== hash) last = { hash, value: open(bytes) };
    return last.value;
  };
}
