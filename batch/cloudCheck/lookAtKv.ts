import { z } from 'zod';
import type { Config } from '../config.ts';
import type { KvStore } from '../publish/kvStore.ts';
import { type CloudRow, look, NotKnown } from './look.ts';

interface KvLook {
  readonly config: Config['kv'];
  readonly kv: KvStore;
  readonly fetch: typeof fetch;
  readonly probe: string;
}

const REMEDY =
  'make a token with Workers KV Storage: Edit for this account and set CLOUDFLARE_API_TOKEN; check CLOUDFLARE_ACCOUNT_ID and KV_NAMESPACE_ID';
const Verified = z.object({ result: z.object({ status: z.string(), expires_on: z.string().nullish() }) });

/** The token as Cloudflare sees it, and a key that is written, read and deleted. */
export function lookAtKv(input: KvLook): Promise<CloudRow>[] {
  return [
    look('KV token', REMEDY, () => verifyToken(input)),
    look('KV namespace', REMEDY, () => probeKey(input)),
  ];
}

/** Source: Cloudflare API, GET /user/tokens/verify and GET /accounts/{id}/tokens/verify. */
async function verifyToken({ config, fetch }: KvLook): Promise<string> {
  const [, root, account] = /^(.*\/client\/v4)(\/accounts\/[^/]+)\//.exec(config.baseUrl) ?? [];
  if (root === undefined || account === undefined) throw new NotKnown('KV_BASE_URL is not Cloudflare’s API');
  const headers = { authorization: `Bearer ${config.apiToken ?? ''}` };
  // A token belongs to a user or to an account, and only its own address knows it.
  for (const owner of ['/user', account]) {
    const response = await fetch(`${root}${owner}/tokens/verify`, {
      headers,
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) continue;
    const { status, expires_on } = Verified.parse(await response.json()).result;
    if (status !== 'active') throw new Error(`the token is ${status}`);
    return expires_on ? `active until ${expires_on}` : 'active';
  }
  throw new Error('Cloudflare does not know the token');
}

async function probeKey({ kv, probe }: KvLook): Promise<string> {
  const key = `doctor/${probe}`;
  try {
    await kv.putMany([{ key, value: new TextEncoder().encode(probe) }]);
    const read = await kv.get(key);
    if (read === null || new TextDecoder().decode(read) !== probe) throw new Error('a key came back changed');
  } finally {
    await kv.deleteMany([key]);
  }
  return 'a key was written, read and deleted';
}
