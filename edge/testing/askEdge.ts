import type { ExecutionContext } from 'hono';
import { createApp } from '../app.ts';
import { systemClock } from '../clock.ts';
import { createEdge, type EdgeSettings } from '../edge.ts';
import { Incoming } from '../incoming.ts';
import { DEFAULTS, TEST_KEY } from './sampleShop.ts';

export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export type Ask = (path: string, init?: RequestInit & { cf?: unknown }) => Promise<Asked>;

/** Every read is made anew and no failure is remembered, so that each request meets the fault itself. */
export const FORGETFUL = {
  ...{ ID_HASH_KEY: TEST_KEY, POINTER_TTL_MS: '0', BREAKER_MS: '0' },
  ...{ ENVIRONMENT: 'local', USER_READS: 'local' },
};
/** A loaded test machine may take longer than a shopper should wait. */
export const PATIENT = {
  ...FORGETFUL,
  ...{ KV_BUDGET_MS: '20000', POSTGRES_BUDGET_MS: '20000', TOTAL_BUDGET_MS: '60000' },
};

/** A fresh isolate's worth of edge with the sample shop's defaults, and how to ask it. */
export function edgeOf(
  settings: Partial<EdgeSettings>,
  contextOf: () => ExecutionContext | undefined = () => undefined,
): Ask {
  const edge = createEdge({ env: PATIENT, kv: null, bundled: DEFAULTS, clock: systemClock, ...settings });
  const app = createApp(edge);
  return async (path, { cf, ...init } = {}) => {
    const request = new Request(`https://edge.example${path}`, init);
    if (cf !== undefined) Object.defineProperty(request, 'cf', { value: cf });
    const response = await app.fetch(new Incoming(request, edge.clock.now(), contextOf()));
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
}
