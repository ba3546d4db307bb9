import type { ExecutionContext, Hono } from 'hono';
import { DRILL_HEADER, type DrillFaults } from '../shared/rules/drillFaults.ts';
import { analyticsRefusal } from './access/analyticsAccess.ts';
import { ADMIN_PREFIX, createAdminApp } from './admin/adminApp.ts';
import { type Administration, createAdministration } from './admin/administration.ts';
import type { AdminKv } from './admin/adminStore.ts';
import { createApp } from './app.ts';
import { inspect } from './cron/hourly.ts';
import { createDrillEdge } from './drill/drillEdge.ts';
import { createDrillReader } from './drill/drillTicket.ts';
import { createEdge, type EdgeSettings } from './edge.ts';
import { createLimiter, type Limits } from './limits/limiter.ts';
import { createThrottledEdge } from './limits/throttledEdge.ts';
import { type AnalyticsDataset, createRecorder } from './observe/recorder.ts';
import { mirrorRules } from './rules/mirrorRules.ts';

export interface ServiceSettings extends Omit<EdgeSettings, 'disturb'> {
  /** The same namespace, as the administration writes it. */
  readonly adminKv: AdminKv | null;
  readonly limits: Limits;
  readonly analytics: AnalyticsDataset | null;
  readonly random: () => number;
}

/** The whole Worker: everything around the reads that decides which edge answers them. */
export interface Service {
  fetch(request: Request, context: ExecutionContext): Promise<Response>;
  /** The hourly look. */
  scheduled(): Promise<void>;
}

/** Who answers a request, and whether it is a drill. */
interface Given {
  readonly give: Answer;
  readonly drill: boolean;
}

type Answer = (request: Request, context: ExecutionContext) => Response | Promise<Response>;

export function createService(settings: ServiceSettings): Service {
  const { clock, limits, adminKv } = settings;
  const edge = createEdge({
    ...settings,
    repairRules: () => mirrorRules(administration().sql, administration().kv),
  });
  const recorder = createRecorder({ ...settings, config: edge.config });
  const limiter = createLimiter(limits, edge.guard);
  const readDrill = createDrillReader(edge.config.DRILL_KEY, clock);
  const app = createApp(edge);
  const throttled = once(() => createApp(createThrottledEdge(edge)));
  const administration = once(
    (): Administration =>
      createAdministration({ edge, kv: adminKv, limit: limits.admin, clock, rates: recorder.rates }),
  );
  const adminApp = once(() => createAdminApp(administration()));
  const shopDrill = createShopDrill(settings);
  const serve =
    (which: Hono): Answer =>
    (request, context) =>
      which.fetch(request, {}, context);

  /** Null: no drill. A ticket that is not valid is no drill either. */
  async function drilledByTicket(request: Request): Promise<Hono | null> {
    const header = request.headers.get(DRILL_HEADER);
    const faults = header === null ? null : await readDrill(header);
    // Made anew for each request, so that the faults meet nothing in memory.
    return faults === null ? null : createApp(createDrillEdge(settings, faults));
  }
  function drilledByShop(): Hono | null {
    const { drill } = edge.rules.held().document;
    return drill !== undefined && clock.now() < drill.until ? shopDrill(drill.faults) : null;
  }

  async function answer(request: Request, path: string, context: ExecutionContext): Promise<Given> {
    const isAdmin = path.startsWith(ADMIN_PREFIX);
    if (path.startsWith('/health')) return { give: serve(app), drill: false };
    const ticketed = isAdmin ? null : await drilledByTicket(request);
    const verdict = ticketed === null ? await limiter(request, isAdmin) : 'allowed';
    if (verdict instanceof Response) return { give: () => verdict, drill: false };
    if (isAdmin) return { give: serve(adminApp()), drill: false };
    const refusal = await analyticsRefusal(request, path, edge.guard);
    if (refusal !== null) return { give: () => refusal, drill: false };
    if (verdict === 'throttled') return { give: serve(throttled()), drill: false };
    if (ticketed !== null) return { give: serve(ticketed), drill: true };
    const drilled = drilledByShop();
    if (drilled === null) return { give: serve(app), drill: false };
    // The edge of the drill reads none of the shop's rules: that it was ended must be found out beside it.
    const waitUntil = (promise: Promise<unknown>) => context.waitUntil(promise);
    waitUntil(edge.rules.read(edge.open(waitUntil)));
    return { give: serve(drilled), drill: true };
  }

  return {
    async fetch(request, context) {
      const startedAt = clock.now();
      const path = new URL(request.url).pathname;
      const { give, drill } = await answer(request, path, context).catch((error: unknown) => {
        // Limits, drills and keys must never stand between a shopper and a list.
        console.error('the way to an answer failed', error);
        return { give: serve(path.startsWith(ADMIN_PREFIX) ? adminApp() : app), drill: false };
      });
      const given = await give(request, context);
      const response = finished(given, { waitedMs: clock.now() - startedAt, drill });
      const waitUntil = (promise: Promise<unknown>) => context.waitUntil(promise);
      recorder.record({ request, response, path, startedAt, drill, waitUntil });
      return response;
    },
    scheduled: async () => {
      await inspect(administration());
    },
  };
}

/** The edge of a shop-wide drill is kept while it lasts. */
function createShopDrill(settings: ServiceSettings): (faults: DrillFaults) => Hono {
  let known: { faults: string; app: Hono } | null = null;
  return (faults) => {
    const text = JSON.stringify(faults);
    if (known?.faults !== text) known = { faults: text, app: createApp(createDrillEdge(settings, faults)) };
    return known.app;
  };
}

/** What every answer carries, whoever gave it. */
function finished(given: Response, { waitedMs, drill }: { waitedMs: number; drill: boolean }): Response {
  const { headers } = given;
  headers.set('server-timing', `io;dur=${waitedMs}`);
  headers.set('strict-transport-security', 'max-age=31536000');
  headers.set('x-content-type-options', 'nosniff');
  if (headers.get('cache-control')?.startsWith('private')) headers.append('vary', 'authorization, sec-gpc');
  if (drill) {
    headers.set('cache-control', 'no-store');
    headers.delete('etag');
  }
  return given;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
