import type { ExecutionContext, Hono } from 'hono';
import { lazily } from '../shared/lazily.ts';
import { createAdminApp } from './admin/adminApp.ts';
import { type Administration, createAdministration } from './admin/administration.ts';
import type { AdminKv } from './admin/adminStore.ts';
import { type App, createApp } from './app.ts';
import { inspect } from './cron/hourly.ts';
import { createDrills } from './drill/drills.ts';
import { createEdge, type EdgeSettings } from './edge.ts';
import { createGiverOf } from './giver.ts';
import { Incoming, type RouteEnv } from './incoming.ts';
import { createLimiter, type Limits } from './limits/limiter.ts';
import { createThrottledEdge } from './limits/throttledEdge.ts';
import { type AnalyticsDataset, createRecorder } from './observe/recorder.ts';
import { protect } from './protection.ts';
import { mirrorRules } from './rules/mirrorRules.ts';
import { whenKnown } from './whenKnown.ts';

export interface ServiceSettings extends Omit<EdgeSettings, 'disturb'> {
  /** The same namespace, as the administration writes it. */
  readonly adminKv: AdminKv | null;
  readonly limits: Limits;
  readonly analytics: AnalyticsDataset | null;
  readonly random: () => number;
}

/** The whole Worker: everything around the reads that decides which edge answers them. */
export interface Service {
  fetch(request: Request, context: ExecutionContext): Response | Promise<Response>;
  /** The hourly look. */
  scheduled(): Promise<void>;
}

export function createService(settings: ServiceSettings): Service {
  const { clock, limits, adminKv } = settings;
  const edge = createEdge({
    ...settings,
    repairRules: () => mirrorRules(administration().sql, administration().kv),
  });
  const recorder = createRecorder({ ...settings, config: edge.config });
  const administration = lazily(
    (): Administration =>
      createAdministration({ edge, kv: adminKv, logins: limits.logins, clock, rates: recorder.rates }),
  );
  const giverOf = createGiverOf({
    limiter: createLimiter(limits, edge.guard),
    drills: createDrills(settings, edge),
    guard: edge.guard,
    app: createApp(edge),
    throttled: lazily(() => createApp(createThrottledEdge(edge))),
    admin: lazily(() => appOf(createAdminApp(administration()))),
  });

  return {
    fetch(request, context) {
      const incoming = new Incoming(request, clock.now(), context);
      return whenKnown(giverOf(incoming), ({ app, drill }) =>
        whenKnown(app.fetch(incoming), (response) => {
          // The runtime's clock moves with reads only: what has passed was waited for.
          const ms = incoming.isKept ? 0 : clock.now() - incoming.at;
          if (!incoming.isKept || drill) complete(response.headers, { timing: incoming.timing(ms), drill });
          recorder.record({ incoming, response, ms, drill });
          return response;
        }),
      );
    },
    scheduled: async () => {
      await inspect(administration());
    },
  };
}

function appOf(admin: Hono<RouteEnv>): App {
  return { fetch: (incoming) => admin.fetch(incoming.request, { incoming }, incoming.context) };
}

/** Puts on an answer what every one carries, whoever gave it. */
function complete(headers: Headers, { timing, drill }: { timing: string; drill: boolean }): void {
  protect(headers);
  headers.set('server-timing', timing);
  if (drill) {
    headers.set('cache-control', 'no-store');
    headers.delete('etag');
  }
}
