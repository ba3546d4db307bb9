import { queryOf } from '../address.ts';
import type { RequestHead } from '../incoming.ts';
/** What a request brings to prove who it is; nothing of it is checked yet. */
export type Credentials =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'proxy' };

/** Parameters of the query that belong to access, not to the question: no route needs to know them. */
export const ACCESS_PARAMETERS: ReadonlySet<string> = new Set([
  'token',
  'consent',
  // What Shopify's app proxy adds.
  'shop',
  'logged_in_customer_id',
  'path_prefix',
  'timestamp',
  'signature',
]);

const LONGEST = 4_096;

/** A bearer token or key in the header, a token in the query, or the signature of Shopify's proxy. */
export function credentialsOf(request: RequestHead): Credentials | null {
  const header = request.headers.get('authorization');
  if (header !== null) {
    const given = /^Bearer\s+(\S+)\s*$/i.exec(header)?.[1];
    if (given !== undefined && given.length <= LONGEST) return tokenOrKey(given);
  }
  if (!/[?&](token|signature)=/.test(request.url)) return null;
  const query = queryOf(request.url);
  const token = query.get('token');
  if (token !== null && token.length <= LONGEST) return { kind: 'token', token };
  return query.has('signature') && query.has('shop') ? { kind: 'proxy' } : null;
}

/** A token is a JWT: three parts. A key has no dots. */
function tokenOrKey(given: string): Credentials {
  return given.includes('.') ? { kind: 'token', token: given } : { kind: 'key', key: given };
}
