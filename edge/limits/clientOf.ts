import { credentialsOf } from '../access/credentials.ts';
import { findSecret } from '../access/findSecret.ts';
import type { AccessGuard } from '../access/provenIdentity.ts';
import { proxyCustomer } from '../access/shopify.ts';
import type { RequestHead } from '../incoming.ts';
import { networkOf, networkOfRequest } from './network.ts';

export interface Client {
  /** What requests are counted by. */
  readonly key: string;
  /** A server client whose key allows many reads. */
  readonly bulk: boolean;
}

/**
 * Who a request is counted for: the address it comes from; behind the shop's proxy, whose signature is
 * checked, the address the proxy names; of a server client with the scope `bulk`, its name.
 */
export async function clientOf(request: RequestHead, guard: AccessGuard): Promise<Client> {
  const credentials = credentialsOf(request);
  if (credentials?.kind === 'key') {
    const key = await findSecret(guard.readKeys, credentials.key);
    if (key?.scopes.includes('bulk')) return { key: `key:${key.name}`, bulk: true };
  }
  if (credentials?.kind === 'proxy' && guard.shopify !== null) {
    const forwarded = request.headers.get('x-forwarded-for')?.split(',')[0]?.trim() ?? '';
    const customer = await proxyCustomer(guard.shopify, request.url, guard.clock.now());
    // Without the name of the shopper all of the proxy's shoppers would be counted as one.
    if (customer !== null && forwarded !== '')
      return { key: `ip:${networkOf(forwarded.slice(0, 64))}`, bulk: false };
  }
  return { key: `ip:${networkOfRequest(request)}`, bulk: false };
}
