import { setTimeout as sleep } from 'node:timers/promises';
import pRetry, { AbortError } from 'p-retry';
import { z } from 'zod';
import { BatchError } from '../errors.ts';

export interface KvPair {
  readonly key: string;
  readonly value: Uint8Array;
}

/** One Workers KV namespace through Cloudflare's REST API, or a local one that speaks the same. */
export interface KvStore {
  /** Writes all pairs, or throws. Several calls may run at once. */
  putMany(pairs: readonly KvPair[]): Promise<void>;
  get(key: string): Promise<Uint8Array | null>;
  /** Every key below a prefix. */
  listKeys(prefix: string): Promise<Set<string>>;
  deleteMany(keys: readonly string[]): Promise<void>;
}

interface KvAccess {
  /** Up to the namespace, without a slash at the end. */
  readonly baseUrl: string;
  readonly apiToken: string | null;
}

interface KvTools {
  readonly fetch: typeof fetch;
  /** First wait before trying again, milliseconds; it doubles up to 32 times as long. */
  readonly firstWaitMs: number;
  readonly signal: AbortSignal;
  /** Told why a call has to wait, once a call; the attempts may take minutes. */
  readonly onWaiting?: (reason: string) => void;
}

const RETRIES = 8;
const LIST_PAGE = 1000;
/** Cloudflare takes 10,000 keys a call; fewer keep a call that fails cheap. */
const DELETE_CHUNK = 1000;
const CALL_TIMEOUT_MS = 120_000;
/** Longest time a server's Retry-After is followed. */
const LONGEST_PAUSE_MS = 120_000;

const Problems = z.array(z.object({ message: z.string() }).loose()).nullish();
const BulkAnswer = z.object({
  success: z.boolean().nullish(),
  errors: Problems,
  result: z.object({ unsuccessful_keys: z.array(z.string()).nullish() }).nullish(),
});
const ListAnswer = z.object({
  result: z.array(z.object({ name: z.string() })),
  result_info: z.object({ cursor: z.string().nullish() }).nullish(),
});

/**
 * Throttling, server errors, cut connections, answers that cannot be read and `unsuccessful_keys` (whatever
 * status they come with) are tried again; a refusal throws BatchError `kv_refused` at once, lasting trouble `kv_unreachable`.
 */
export function createKvStore(access: KvAccess, tools: KvTools): KvStore {
  const call = createCall(access, tools);

  async function bulk(path: string, method: string, keys: string[], bodyOf: (keys: Set<string>) => string) {
    let left = new Set(keys);
    await retried(tools, async () => {
      if (left.size === 0) return;
      const answer = await call(path, { method, body: bodyOf(left) });
      const said = readJson(answer, BulkAnswer);
      const failed = said?.result?.unsuccessful_keys ?? [];
      if (failed.length > 0) {
        left = new Set(failed.filter((key) => left.has(key)));
        throw new TryAgain(`${failed.length} keys were not taken`);
      }
      refuseOrRetry(answer, said?.errors?.[0]?.message);
      if (said === null) throw new TryAgain(UNREADABLE);
      if (said.success === false) throw new TryAgain(said.errors?.[0]?.message ?? 'it did not say why');
      left = new Set();
    });
  }

  return {
    async putMany(pairs) {
      const values = new Map(pairs.map(({ key, value }) => [key, value]));
      await bulk('/bulk', 'PUT', [...values.keys()], (keys) =>
        JSON.stringify([...keys].map((key) => ({ key, value: base64(values.get(key)), base64: true }))),
      );
    },
    get: (key) =>
      retried(tools, async () => {
        const answer = await call(`/values/${encodeURIComponent(key)}`, { method: 'GET' });
        if (answer.status === 404) return null;
        refuseOrRetry(answer);
        return answer.body;
      }),
    async listKeys(prefix) {
      const keys = new Set<string>();
      let cursor = '';
      do {
        const query = new URLSearchParams({ prefix, limit: String(LIST_PAGE), ...(cursor && { cursor }) });
        const page = await retried(tools, async () => {
          const answer = await call(`/keys?${query}`, { method: 'GET' });
          refuseOrRetry(answer);
          const listed = readJson(answer, ListAnswer);
          if (listed === null) throw new TryAgain(UNREADABLE);
          return listed;
        });
        for (const { name } of page.result) keys.add(name);
        cursor = page.result_info?.cursor ?? '';
      } while (cursor !== '');
      return keys;
    },
    async deleteMany(keys) {
      for (let at = 0; at < keys.length; at += DELETE_CHUNK) {
        const chunk = keys.slice(at, at + DELETE_CHUNK);
        await bulk('/bulk/delete', 'POST', chunk, (left) => JSON.stringify([...left]));
      }
    },
  };
}

/** An answer with its whole body: a cut within the body is as good a reason to try again as one before it. */
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

const UNREADABLE = 'KV answered something else than its JSON';

class TryAgain extends Error {
  readonly waitMs: number;
  constructor(message: string, waitMs = 0) {
    super(message);
    this.waitMs = waitMs;
  }
}

function createCall({ baseUrl, apiToken }: KvAccess, { fetch, signal }: KvTools) {
  const headers = {
    'content-type': 'application/json',
    ...(apiToken === null ? {} : { authorization: `Bearer ${apiToken}` }),
  };
  return async (path: string, init: { method: string; body?: string }): Promise<Answer> => {
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(CALL_TIMEOUT_MS)]);
      const response = await fetch(`${baseUrl}${path}`, { ...init, headers, signal: limit });
      const body = new Uint8Array(await response.arrayBuffer());
      return { status: response.status, headers: response.headers, body };
    } catch (error) {
      signal.throwIfAborted();
      // fetch says no more than "fetch failed"; the cause names the address that did not answer.
      throw new TryAgain(error instanceof Error ? String(error.cause ?? error.message) : String(error));
    }
  };
}

/** What the body says, or null when it is not what KV sends. */
function readJson<T>({ body }: Answer, schema: z.ZodType<T>): T | null {
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch {
    return null;
  }
}

/** Returns for a good answer; throws TryAgain for one that may pass and a BatchError for a refusal. */
function refuseOrRetry({ status, headers }: Answer, problem?: string): void {
  if (status >= 200 && status < 300) return;
  const said = `KV answered ${status}${problem === undefined ? '' : `: ${problem}`}`;
  if (status === 429 || status === 408 || status >= 500) {
    throw new TryAgain(said, 1000 * Number(headers.get('retry-after') ?? 0) || 0);
  }
  throw new BatchError({
    code: 'kv_refused',
    message: said,
    remedy:
      'check CLOUDFLARE_API_TOKEN (Workers KV Storage: Edit), CLOUDFLARE_ACCOUNT_ID and KV_NAMESPACE_ID, or KV_BASE_URL',
  });
}

async function retried<T>(
  { firstWaitMs, signal, onWaiting }: KvTools,
  attempt: () => Promise<T>,
): Promise<T> {
  try {
    return await pRetry(
      async () => {
        try {
          return await attempt();
        } catch (error) {
          throw error instanceof TryAgain || !(error instanceof Error) ? error : new AbortError(error);
        }
      },
      {
        retries: RETRIES,
        minTimeout: firstWaitMs,
        maxTimeout: 32 * firstWaitMs,
        randomize: true,
        signal,
        onFailedAttempt: async ({ error, attemptNumber }) => {
          // One failure is usual; what comes after the third lasts.
          if (attemptNumber === 3) onWaiting?.(error.message);
          if (error instanceof TryAgain && error.waitMs > 0)
            await sleep(Math.min(error.waitMs, LONGEST_PAUSE_MS), undefined, { signal });
        },
      },
    );
  } catch (error) {
    if (!(error instanceof TryAgain)) throw error;
    throw new BatchError({
      code: 'kv_unreachable',
      message: `Workers KV did not take or give its values: ${error.message}`,
      remedy:
        'what readers see is whole, the former snapshot or already the new one; batch run goes on from here once KV answers again',
      cause: error,
    });
  }
}

function base64(value: Uint8Array | undefined): string {
  if (value === undefined) return '';
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
}
