import type { ExecutionContext, Hono } from 'hono';
import { DRILL_HEADER } from '../shared/rules/drillFaults.ts';
import { analyticsRefusal, isAnalytics } from './access/analyticsAccess.ts';
import { type Administration, createAdministration } from './admin/administration.ts';
import type { AdminKv } from './admin/adminStore.ts';
import { type App, createApp } from './app.ts';
import { inspect } from './cron/hourly.ts';
import { createDrills } from './drill/drills.ts';
import { createEdge, type EdgeSettings } from './edge.ts';
import { createLimiter, type Limits, type Verdict } from './limits/limiter.ts';
import { createThrottledEdge } from './limits/throttledEdge.ts';
import { type AnalyticsDataset, createRecorder } from './observe/recorder.ts';
import { serverTiming } from './observe/waits.ts';
import { pathOf } from './pathOf.ts';
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

const ADMIN_PREFIX = '/api/v1/admin/';

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
  const drills = createDrills(settings, edge);
  const app = createApp(edge);
  const throttled = once(() => createApp(createThrottledEdge(edge)));
  const administration = once(
    (): Administration =>
      createAdministration({ edge, kv: adminKv, logins: limits.logins, clock, rates: recorder.rates }),
  );
  let admin: Hono | null = null;
  /** Read when it is first asked for: few isolates ever administer, and all of them start. */
  const adminApp = async () => {
    const { createAdminApp } = await import('./admin/adminApp.ts');
    admin ??= createAdminApp(administration());
    const { fetch } = admin;
    return serve({ fetch: async (request, context) => await fetch(request, {}, context) });
  };
  const serve =
    (which: App): Answer =>
    (request, context) =>
      which.fetch(request, context);

  async function judged(request: Request, isAdmin: boolean): Promise<Verdict> {
    try {
      return await limiter(request, isAdmin);
    } catch (error) {
      return noted<Verdict>('allowed')(error);
    }
  }

  async function answer(request: Request, path: string, context: ExecutionContext): Promise<Given> {
    const isAdmin = path.startsWith(ADMIN_PREFIX);
    if (path.startsWith('/health')) return { give: serve(app), drill: false };
    // Drills and limits must never stand between a shopper and a list.
    const mayDrill = !isAdmin && request.headers.has(DRILL_HEADER);
    const ticketed = mayDrill ? await drills.byTicket(request).catch(noted(null)) : null;
    const verdict = ticketed === null ? await judged(request, isAdmin) : 'allowed';
    if (verdict instanceof Response) return { give: () => verdict, drill: false };
    if (isAdmin) return { give: await adminApp(), drill: false };
    const refusal = isAnalytics(path) ? await analyticsRefusal(request, path, edge.guard) : null;
    if (refusal !== null) return { give: () => refusal, drill: false };
    if (verdict === 'throttled') return { give: serve(throttled()), drill: false };
    if (ticketed !== null) return { give: serve(ticketed), drill: true };
    const drilled = drills.byShop((promise) => context.waitUntil(promise));
    return { give: serve(drilled ?? app), drill: drilled !== null };
  }

  return {
    async fetch(request, context) {
      const startedAt = clock.now();
      const path = pathOf(request.url);
      const { give, drill } = await answer(request, path, context);
      const given = await give(request, context);
      const response = finished(given, { timing: serverTiming(request, clock.now() - startedAt), drill });
      const waitUntil = (promise: Promise<unknown>) => context.waitUntil(promise);
      recorder.record({ request, response, path, startedAt, drill, waitUntil });
      return response;
    },
    scheduled: async () => {
      await inspect(administration());
    },
  };
}

/** Writes an error down and goes on with something else. */
function noted<T>(instead: T): (error: unknown) => T {
  return (error) => {
    console.error('a limit or a drill could not be read', error);
    return instead;
  };
}

/** What every answer carries, whoever gave it. */
function finished(given: Response, { timing, drill }: { timing: string; drill: boolean }): Response {
  const { headers } = given;
  headers.set('server-timing', timing);
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
