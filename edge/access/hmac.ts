const encoder = new TextEncoder();

/** Whether `signature` is the HMAC-SHA-256 of the text under the secret; the runtime compares in constant time. */
export type Verify = (text: string, signature: Uint8Array<ArrayBuffer>) => Promise<boolean>;

/** The key is imported once, at the first use: an isolate that never needs it pays nothing. */
export function createVerifier(secret: string): Verify {
  let importing: ReturnType<typeof importKey> | null = null;
  return async (text, signature) => {
    importing ??= importKey(secret, 'verify');
    return await crypto.subtle.verify('HMAC', await importing, signature, encoder.encode(text));
  };
}

export async function signHmac(secret: string, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const key = await importKey(secret, 'sign');
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text)));
}

function importKey(secret: string, use: 'sign' | 'verify') {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, [use]);
}
