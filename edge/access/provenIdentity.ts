import type { Clock } from '../clock.ts';
import type { RequestHead } from '../incoming.ts';
import type { ReadKey, Scope } from './accessVariables.ts';
import type { AskedCustomer } from './askedCustomer.ts';
import type { Credentials } from './credentials.ts';
import { findSecret } from './findSecret.ts';
import { createVerifier, type Verify } from './hmac.ts';
import { isTimely, verifyJwt } from './jwt.ts';
import { refusal } from './refusal.ts';
import { proxyCustomer, type ShopifyApp, sessionCustomer } from './shopify.ts';

/** What an isolate needs to check credentials. */
export interface AccessGuard {
  readonly mode: 'signed' | 'open' | 'local';
  readonly clock: Clock;
  readonly shopperKeys: readonly Verify[];
  readonly readKeys: readonly ReadKey[];
  readonly shopify: ShopifyApp | null;
  /** Source of Shopify's customer ids; null = the shop's own ids. */
  readonly shopifySource: string | null;
  /** Source of ids that come without one; null = none is assumed. */
  readonly idSource: string | null;
}

export interface Proven {
  readonly scopes: ReadonlySet<Scope>;
  /** Whether the customer asked for is the one who asks. */
  owns(asked: AskedCustomer): boolean;
  readonly problem: string | null;
}

export interface AccessSettings {
  readonly USER_READS: AccessGuard['mode'];
  readonly ENVIRONMENT: string;
  readonly SHOPPER_TOKEN_KEYS: readonly string[];
  readonly SHOPIFY_API_KEY: string | null;
  readonly SHOPIFY_API_SECRET: string | null;
  readonly SHOPIFY_SHOP: string | null;
  readonly SHOPIFY_ID_SOURCE: string;
  readonly READ_KEYS: readonly ReadKey[];
  readonly ID_SOURCE?: string | null;
}

export function createAccessGuard(settings: AccessSettings, clock: Clock): AccessGuard {
  const { USER_READS: mode, ENVIRONMENT, SHOPIFY_API_KEY, SHOPIFY_API_SECRET, SHOPIFY_SHOP } = settings;
  const hasShopify = SHOPIFY_API_KEY !== null && SHOPIFY_API_SECRET !== null && SHOPIFY_SHOP !== null;
  return {
    // A setting meant for a laptop that reached the cloud must not open every customer's list.
    mode: mode === 'local' && ENVIRONMENT !== 'local' ? 'signed' : mode,
    clock,
    shopperKeys: settings.SHOPPER_TOKEN_KEYS.map(createVerifier),
    readKeys: settings.READ_KEYS,
    shopify: hasShopify
      ? { apiKey: SHOPIFY_API_KEY, verify: createVerifier(SHOPIFY_API_SECRET), shop: SHOPIFY_SHOP }
      : null,
    shopifySource: settings.SHOPIFY_ID_SOURCE === 'none' ? null : settings.SHOPIFY_ID_SOURCE,
    idSource: settings.ID_SOURCE ?? null,
  };
}

const NO_SCOPES: ReadonlySet<Scope> = new Set();
const INVALID = refusal('the token is not valid or has expired');
/** A shopper's token is for one visit. */
const LONGEST_TOKEN_SECONDS = 86_400;

/** Who the credentials prove to be. Never throws. */
export async function provenIdentity(
  guard: AccessGuard,
  credentials: Credentials,
  request: RequestHead,
): Promise<Proven> {
  if (credentials.kind === 'key') {
    const key = await findSecret(guard.readKeys, credentials.key);
    if (key === null) return nobody(refusal('the read key is not known'));
    return { scopes: new Set(key.scopes), owns: () => false, problem: null };
  }
  const { shopify } = guard;
  const now = guard.clock.now();
  if (credentials.kind === 'proxy') {
    const customer = shopify === null ? null : await proxyCustomer(shopify, request.url, now);
    if (customer === null) return nobody(refusal("the proxy's signature is not valid or has expired"));
    return customerOf(customer, guard.shopifySource);
  }
  const shopper = await shopperOf(guard, credentials.token, now);
  if (shopper !== null) return customerOf(shopper.userId, shopper.idSource ?? guard.idSource);
  const customer = shopify === null ? null : await sessionCustomer(shopify, credentials.token, now);
  return customer === null ? nobody(INVALID) : customerOf(customer, guard.shopifySource);
}

/** The shop's own token: HS256, audience `recommendations`, `sub` the id, `src` its source if it has one. */
async function shopperOf(
  guard: AccessGuard,
  token: string,
  now: number,
): Promise<{ userId: string; idSource: string | null } | null> {
  const claims = await verifyJwt(token, guard.shopperKeys);
  if (claims === null || !isTimely(claims, { now: now / 1000, longest: LONGEST_TOKEN_SECONDS })) return null;
  const { aud, sub, src } = claims;
  if (aud !== 'recommendations' || typeof sub !== 'string') return null;
  return { userId: sub, idSource: typeof src === 'string' ? src : null };
}

function customerOf(userId: string, idSource: string | null): Proven {
  const owns = (asked: AskedCustomer) =>
    userId !== '' && asked.userId === userId && asked.idSource === idSource;
  return { scopes: NO_SCOPES, owns, problem: null };
}

function nobody(problem: string): Proven {
  return { scopes: NO_SCOPES, owns: () => false, problem };
}
