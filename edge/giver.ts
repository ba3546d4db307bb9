import { DRILL_HEADER } from '../shared/rules/drillFaults.ts';
import { analyticsRefusal, isAnalytics } from './access/analyticsAccess.ts';
import type { AccessGuard } from './access/provenIdentity.ts';
import type { App } from './app.ts';
import type { Drills } from './drill/drills.ts';
import type { Incoming } from './incoming.ts';
import type { Limiter, Verdict } from './limits/limiter.ts';

/** Who answers a request, and whether it is a drill. */
export interface Giver {
  readonly app: App;
  readonly drill: boolean;
}

/** A promise only when there is something to find out: most requests neither are limited nor bring anything. */
export type GiverOf = (incoming: Incoming) => Giver | Promise<Giver>;

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

  function usual(incoming: Incoming): Giver {
    const drilled = drills.byShop(incoming);
    return drilled === null ? reads : { app: drilled, drill: true };
  }

  async function judged(incoming: Incoming, isAdmin: boolean): Promise<Verdict> {
    try {
      return await limiter.judge(incoming, isAdmin);
    } catch (error) {
      return noted<Verdict>('allowed')(error);
    }
  }

  async function afterJudging(incoming: Incoming): Promise<Giver> {
    const { path, headers } = incoming;
    const isAdmin = path.startsWith(ADMIN_PREFIX);
    // Drills and limits must never stand between a shopper and a list.
    const mayDrill = !isAdmin && headers.has(DRILL_HEADER);
    const ticketed = mayDrill ? await drills.byTicket(incoming).catch(noted(null)) : null;
    const verdict = ticketed === null ? await judged(incoming, isAdmin) : 'allowed';
    if (verdict instanceof Response) return saying(verdict);
    if (isAdmin) return { app: admin(), drill: false };
    const refusal = isAnalytics(path) ? await analyticsRefusal(incoming, path, guard) : null;
    if (refusal !== null) return saying(refusal);
    if (verdict === 'throttled') return { app: throttled(), drill: false };
    return ticketed === null ? usual(incoming) : { app: ticketed, drill: true };
  }

  return (incoming) => {
    const { path } = incoming;
    if (path.startsWith('/health')) return reads;
    const isPlain =
      !limiter.limitsReads &&
      !path.startsWith(ADMIN_PREFIX) &&
      !isAnalytics(path) &&
      !incoming.headers.has(DRILL_HEADER);
    return isPlain ? usual(incoming) : afterJudging(incoming);
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
