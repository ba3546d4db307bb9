import { queryOf } from '../address.ts';
import type { Verify } from './hmac.ts';
import { type Claims, isTimely, verifyJwt } from './jwt.ts';

/** One Shopify app in one shop. */
export interface ShopifyApp {
  readonly apiKey: string;
  readonly verify: Verify;
  /** `example.myshopify.com` */
  readonly shop: string;
}

/** Seconds a proxied request stays valid: Shopify signs the time, so that a copied address does not live on. */
const PROXY_SECONDS = 300;
/** It adds these behind the shopper's own parameters, which are signed as well: of two it is not known whose is whose. */
const ITS_OWN = ['shop', 'timestamp', 'logged_in_customer_id'];

/**
 * The customer logged in where Shopify's app proxy forwarded a request from: an id, `''` for a guest, null
 * when the signature is not of this app and shop or is too old. It signs the query, not the path.
 */
export async function proxyCustomer(app: ShopifyApp, url: string, nowMs: number): Promise<string | null> {
  const query = queryOf(url);
  const signature = fromHex(query.get('signature') ?? '');
  if (signature === null || query.get('shop') !== app.shop) return null;
  if (ITS_OWN.some((name) => query.getAll(name).length > 1)) return null;
  // A time that is none is not near either.
  if (!(Math.abs(nowMs / 1000 - Number(query.get('timestamp'))) <= PROXY_SECONDS)) return null;
  const names = [...new Set(query.keys())].filter((name) => name !== 'signature');
  const signed = names
    .map((name) => `${name}=${query.getAll(name).join(',')}`)
    .sort()
    .join('');
  return (await app.verify(signed, signature)) ? (query.get('logged_in_customer_id') ?? '') : null;
}

const CUSTOMER = /^gid:\/\/shopify\/Customer\/(\d+)$/;
/** Shopify's session tokens live one minute; those of customer accounts five. */
const SESSION_SECONDS = 600;

/** The customer a Shopify session token speaks for, or null: it is not valid, or a member of staff's. */
export async function sessionCustomer(app: ShopifyApp, token: string, nowMs: number): Promise<string | null> {
  const claims = await verifyJwt(token, [app.verify]);
  if (claims === null || !isTimely(claims, { now: nowMs / 1000, longest: SESSION_SECONDS })) return null;
  if (claims['aud'] !== app.apiKey || !isFrom(app.shop, claims)) return null;
  return CUSTOMER.exec(String(claims['sub']))?.[1] ?? null;
}

function isFrom(shop: string, { dest }: Claims): boolean {
  return dest === shop || dest === `https://${shop}`;
}

function fromHex(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[0-9a-f]{64}$/i.test(text)) return null;
  return Uint8Array.from({ length: 32 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}
