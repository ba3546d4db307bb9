const encoder = new TextEncoder();

export interface Hashed {
  /** Of the secret, in hexadecimal digits. */
  readonly sha256: string;
}

/**
 * The entry whose secret was given, or null. The secrets are long and random, so one round of SHA-256
 * keeps them; all digests are compared to their end, so that time tells nothing.
 */
export async function findSecret<T extends Hashed>(entries: readonly T[], given: string): Promise<T | null> {
  if (entries.length === 0) return null;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(given)));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  let found: T | null = null;
  for (const entry of entries) if (isSame(hex, entry.sha256.toLowerCase())) found = entry;
  return found;
}

function isSame(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}
