import bundled from 'bundled-defaults';
import type { ExecutionContext } from 'hono';
import type { AdminKv } from './admin/adminStore.ts';
import { systemClock } from './clock.ts';
import type { RateLimit } from './limits/rateLimit.ts';
import type { AnalyticsDataset } from './observe/recorder.ts';
import { createService, type Service } from './service.ts';
import type { KvNamespace } from './stores/kvReads.ts';

interface Bindings {
  readonly SNAPSHOTS?: KvNamespace & AdminKv;
  readonly READ_LIMIT?: RateLimit;
  readonly BULK_LIMIT?: RateLimit;
  readonly ADMIN_LIMIT?: RateLimit;
  readonly LOGIN_LIMIT?: RateLimit;
  readonly ANALYTICS?: AnalyticsDataset;
  readonly [variable: string]: unknown;
}

/** One per isolate: its memory, breakers and caches are shared by all requests. */
let service: Service | null = null;

function serviceOf(env: Bindings): Service {
  const { SNAPSHOTS, READ_LIMIT, BULK_LIMIT, ADMIN_LIMIT, LOGIN_LIMIT, ANALYTICS } = env;
  service ??= createService({
    env,
    kv: SNAPSHOTS ?? null,
    adminKv: SNAPSHOTS ?? null,
    limits: {
      reads: READ_LIMIT ?? null,
      bulk: BULK_LIMIT ?? null,
      admin: ADMIN_LIMIT ?? null,
      logins: LOGIN_LIMIT ?? null,
    },
    analytics: ANALYTICS ?? null,
    bundled,
    clock: systemClock,
    random: Math.random,
  });
  return service;
}

export default {
  fetch(request: Request, env: Bindings, context: ExecutionContext): Response | Promise<Response> {
    return serviceOf(env).fetch(request, context);
  },
  async scheduled(_: unknown, env: Bindings): Promise<void> {
    await serviceOf(env).scheduled();
  },
};
