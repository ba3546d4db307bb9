import { createAdminApiClient } from '@shopify/admin-api-client';
import { z } from 'zod';
import { BatchError } from '../errors.ts';
import { retryAfterMs } from './httpRequest.ts';
import type { ShopifySettings } from './shopifySettings.ts';
import type { SourceContext } from './source.ts';

const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000];
const TIMEOUT_MS = 60_000;

/** https://shopify.dev/docs/api/usage/limits: a bucket of points that fills again at a steady rate. */
const Cost = z.object({
  requestedQueryCost: z.number(),
  throttleStatus: z.object({ currentlyAvailable: z.number(), restoreRate: z.number().positive() }),
});

/** Asks the shop's Admin interface; throws what cannot be answered. */
export type AskShopify = <T>(
  document: string,
  variables: Readonly<Record<string, unknown>>,
  schema: z.ZodType<T>,
) => Promise<T>;

interface Refusal {
  readonly message: string;
  readonly passing: boolean;
  readonly waitMs: number;
}

/**
 * A client that waits for the query's cost to be available, and asks again after errors that pass.
 * @throws BatchError source_down, source_denied, shopify_refused
 */
export function createShopifyClient(
  name: string,
  settings: ShopifySettings,
  context: SourceContext,
): AskShopify {
  const send = createSend(settings, context);
  let readyAt = 0;
  return async (document, variables, schema) => {
    for (let failures = 0; ; failures++) {
      const early = readyAt - context.now();
      if (early > 0) await context.sleep(early);
      const { data, refusal, cost } = await send(document, variables);
      if (cost !== null) readyAt = context.now() + waitFor(cost);
      if (refusal === null) return parsed(name, data, schema);
      const wait = WAITS_MS[failures];
      if (!refusal.passing || wait === undefined) throw refused(name, refusal);
      await context.sleep(Math.max(refusal.waitMs, cost === null ? wait : 0));
    }
  };
}

/** Milliseconds until a query of the same cost can be afforded. */
function waitFor({ requestedQueryCost, throttleStatus }: z.infer<typeof Cost>): number {
  const { currentlyAvailable, restoreRate } = throttleStatus;
  return Math.max(0, ((requestedQueryCost - currentlyAvailable) / restoreRate) * 1000);
}

function createSend(settings: ShopifySettings, context: SourceContext) {
  const token = createToken(settings, context);
  return async (document: string, variables: Readonly<Record<string, unknown>>) => {
    try {
      const client = createAdminApiClient({
        storeDomain: settings.domain,
        apiVersion: settings.api_version,
        accessToken: await token(),
        // It would warn of versions newer than itself.
        logger: () => undefined,
        customFetchApi: (url, init) =>
          fetch(rebased(url, settings), {
            ...init,
            redirect: 'manual',
            signal: AbortSignal.any([context.signal, AbortSignal.timeout(TIMEOUT_MS)]),
          }),
      });
      const { data, errors, extensions } = await client.request(document, { variables: { ...variables } });
      const cost = Cost.safeParse(extensions?.['cost']);
      const refusal = errors === undefined ? null : refusalOf(errors, context.now());
      return { data: data as unknown, refusal, cost: cost.success ? cost.data : null };
    } catch (error) {
      context.signal.throwIfAborted();
      if (error instanceof BatchError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      return { data: null, refusal: { message, passing: true, waitMs: 0 }, cost: null };
    }
  };
}

interface ClientErrors {
  readonly networkStatusCode?: number;
  readonly message?: string;
  readonly graphQLErrors?: readonly {
    readonly message?: string;
    readonly extensions?: { readonly code?: unknown };
  }[];
  readonly response?: Response;
}

function refusalOf(errors: ClientErrors, now: number): Refusal {
  const [first] = errors.graphQLErrors ?? [];
  const status = errors.networkStatusCode;
  const message = first?.message ?? errors.message ?? 'no reason given';
  const code = first?.extensions?.code;
  const wait = retryAfterMs(errors.response?.headers.get('retry-after') ?? null, now) ?? 0;
  const broken = status === undefined || status === 429 || status >= 500;
  const passing =
    first === undefined ? broken || status === 200 : code === 'THROTTLED' || code === 'INTERNAL_SERVER_ERROR';
  return { message: status === undefined ? message : `${status}: ${message}`, passing, waitMs: wait };
}

function refused(name: string, { message, passing }: Refusal): BatchError {
  const denied = /^40[13]:|ACCESS_DENIED|access denied/i.test(message);
  return new BatchError({
    code: passing ? 'source_down' : denied ? 'source_denied' : 'shopify_refused',
    message: `${name}: Shopify does not answer as it should: ${message}`,
    remedy: passing
      ? 'See shopifystatus.com; the next sync goes on where this one stopped.'
      : denied
        ? 'Check the token in the environment and that the app is installed with the scopes of docs/sources.md.'
        : 'Check "api_version" in the sources file against the versions that Shopify supports now.',
  });
}

function parsed<T>(name: string, data: unknown, schema: z.ZodType<T>): T {
  const answer = schema.safeParse(data);
  if (answer.success) return answer.data;
  const paths = answer.error.issues.slice(0, 3).map((issue) => issue.path.join('.'));
  throw new BatchError({
    code: 'shopify_unexpected',
    message: `${name}: Shopify's answer has another shape than expected, at ${paths.join(', ')}.`,
    remedy: 'Set "api_version" in the sources file to one that docs/sources.md names.',
    cause: answer.error,
  });
}

function rebased(url: string, { endpoint }: ShopifySettings): string {
  if (endpoint === undefined) return url;
  const { pathname, search } = new URL(url);
  return new URL(`${pathname}${search}`, endpoint).href;
}

const Granted = z.object({ access_token: z.string().min(1), expires_in: z.number().default(3600) });
/** A token is renewed this long before it ends. */
const SPARE_MS = 10 * 60_000;

/** The token of a custom app, or one lent for a day against the app's id and secret (client credentials grant). */
function createToken(settings: ShopifySettings, context: SourceContext): () => Promise<string> {
  const { token_env, client_id_env = '', client_secret_env = '', domain } = settings;
  if (token_env !== undefined) return async () => context.secret(token_env) ?? '';
  let held = { token: '', until: 0 };
  return async () => {
    if (held.until > context.now()) return held.token;
    const answer = await fetch(rebased(`https://${domain}/admin/oauth/access_token`, settings), {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: context.secret(client_id_env) ?? '',
        client_secret: context.secret(client_secret_env) ?? '',
      }),
      signal: AbortSignal.any([context.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (answer.status >= 400 && answer.status < 500)
      throw refused(domain, {
        message: `${answer.status}: no token for this app`,
        passing: false,
        waitMs: 0,
      });
    const granted = Granted.parse(await answer.json());
    held = { token: granted.access_token, until: context.now() + granted.expires_in * 1000 - SPARE_MS };
    return held.token;
  };
}
