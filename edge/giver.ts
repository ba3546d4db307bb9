import type { ExecutionContext } from 'hono';
import { DRILL_HEADER } from '../shared/rules/drillFaults.ts';
import { analyticsRefusal, isAnalytics } from './access/analyticsAccess.ts';
import type { AccessGuard } from './access/provenIdentity.ts';
import type { App } from './app.ts';
import type { Drills } from './drill/drills.ts';
import type { Limiter, Verdict } from './limits/limiter.ts';

/** Who answers a request, and whether it is a drill. */
export interface Giver {
  readonly app: App;
  readonly drill: boolean;
}

/** A promise only when there is something to find out: most requests neither are limited nor bring anything. */
export type GiverOf = (request: Request, path: string, context: ExecutionContext) => Giver | Promise<Giver>;

export interface GiverSettings {
  readonly limiter: Limiter;
  readonly drills: Drills;
  readonly guard: AccessGuard;
  /** The reads, as they are meant. */
  readonly app: App;
  /** The reads for who asks too often. */
  readonly throttled: () => App;
  readonly admin: () => App;
}

const ADMIN_PREFIX = '/api/v1/admin/';

export function createGiverOf({ limiter, drills, guard, app, throttled, admin }: GiverSettings): GiverOf {
  const reads: Giver = { app, drill: false };

  function usual(context: ExecutionContext): Giver {
    const drilled = drills.byShop((promise) => context.waitUntil(promise));
    return drilled === null ? reads : { app: drilled, drill: true };
  }

  async function judged(request: Request, isAdmin: boolean): Promise<Verdict> {
    try {
      return await limiter.judge(request, isAdmin);
    } catch (error) {
      return noted<Verdict>('allowed')(error);
    }
  }

  async function afterJudging(request: Request, path: string, context: ExecutionContext): Promise<Giver> {
    const isAdmin = path.startsWith(ADMIN_PREFIX);
    // Drills and limits must never stand between a shopper and a list.
    const mayDrill = !isAdmin && request.headers.has(DRILL_HEADER);
    const ticketed = mayDrill ? await drills.byTicket(request).catch(noted(null)) : null;
    const verdict = ticketed === null ? await judged(request, isAdmin) : 'allowed';
    if (verdict instanceof Response) return saying(verdict);
    if (isAdmin) return { app: admin(), drill: false };
    const refusal = isAnalytics(path) ? await analyticsRefusal(request, path, guard) : null;
    if (refusal !== null) return saying(refusal);
    if (verdict === 'throttled') return { app: throttled(), drill: false };
    return ticketed === null ? usual(context) : { app: ticketed, drill: true };
  }

  return (request, path, context) => {
    if (path.startsWith('/health')) return reads;
    const isPlain =
      !limiter.limitsReads &&
      !path.startsWith(ADMIN_PREFIX) &&
      !isAnalytics(path) &&
      !request.headers.has(DRILL_HEADER);
    return isPlain ? usual(context) : afterJudging(request, path, context);
  };
}

function saying(answer: Response): Giver {
  return { app: { fetch: () => answer }, drill: false };
}

/** Writes an error down and goes on with something else. */
function noted<T>(instead: T): (error: unknown) => T {
  return (error) => {
    console.error('a limit or a drill could not be read', error);
    return instead;
  };
}
