import { fromBase64Url, toBase64Url } from './base64url.ts';
import { signHmac, type Verify } from './hmac.ts';

export type Claims = Readonly<Record<string, unknown>>;

const HEADER = toBase64Url(new TextEncoder().encode('{"alg":"HS256","typ":"JWT"}'));
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/**
 * The claims of a JSON Web Token that one of the secrets signed with HS256 (RFC 7519), or null. No other
 * algorithm is accepted, whatever the header says. Times are not looked at: see `isTimely`.
 */
export async function verifyJwt(token: string, secrets: readonly Verify[]): Promise<Claims | null> {
  const [head = '', body = '', tail = '', ...rest] = token.split('.');
  const signature = fromBase64Url(tail);
  if (rest.length > 0 || signature === null || objectIn(head)?.['alg'] !== 'HS256') return null;
  for (const verify of secrets) {
    if (await verify(`${head}.${body}`, signature)) return objectIn(body);
  }
  return null;
}

/** A token signed as verifyJwt() wants it. */
export async function signJwt(secret: string, claims: Claims): Promise<string> {
  const body = toBase64Url(new TextEncoder().encode(JSON.stringify(claims)));
  return `${HEADER}.${body}.${toBase64Url(await signHmac(secret, `${HEADER}.${body}`))}`;
}

export interface Lifetime {
  /** Seconds since 1970. */
  readonly now: number;
  /** A token may not outlive so many seconds from now. */
  readonly longest: number;
}

/** Seconds that clocks may differ. */
const LEEWAY = 10;

/** Whether a token is valid now: `exp` is required and not too far, `nbf` heeded. */
export function isTimely({ exp, nbf }: Claims, { now, longest }: Lifetime): boolean {
  if (typeof exp !== 'number' || exp <= now - LEEWAY || exp > now + longest + LEEWAY) return false;
  return nbf === undefined || (typeof nbf === 'number' && nbf <= now + LEEWAY);
}

function objectIn(part: string): Claims | null {
  const bytes = fromBase64Url(part);
  if (bytes === null) return null;
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    return isClaims(value) ? value : null;
  } catch {
    return null;
  }
}

function isClaims(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
