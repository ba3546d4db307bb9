import type { AccessGuard } from '../access/provenIdentity.ts';
import type { RequestHead } from '../incoming.ts';
import { ProblemError, problemResponse } from '../problem.ts';
import { clientOf } from './clientOf.ts';
import { networkOfRequest } from './network.ts';
import type { RateLimit } from './rateLimit.ts';

/** Cloudflare's limiters as bound; each is null when it is not, and then nobody is limited. */
export interface Limits {
  readonly reads: RateLimit | null;
  readonly bulk: RateLimit | null;
  readonly admin: RateLimit | null;
  /** Log-ins to the administration that are not known to be good. */
  readonly logins: RateLimit | null;
}

export type Verdict = 'allowed' | 'throttled' | Response;

/** Tells whether a request may be answered in full. A limiter that fails limits nobody. */
export interface Limiter {
  /** False: no read is ever limited. */
  readonly limitsReads: boolean;
  judge(request: RequestHead, isAdmin: boolean): Promise<Verdict>;
}

export function createLimiter(limits: Limits, guard: AccessGuard): Limiter {
  const limitsReads = limits.reads !== null || limits.bulk !== null;
  return {
    limitsReads,
    async judge(request, isAdmin) {
      if (isAdmin) {
        const isMuch = await isOver(limits.admin, `admin:${networkOfRequest(request)}`);
        return isMuch ? refusal() : 'allowed';
      }
      if (!limitsReads) return 'allowed';
      const client = await clientOf(request, guard);
      return (await isOver(client.bulk ? limits.bulk : limits.reads, client.key)) ? 'throttled' : 'allowed';
    },
  };
}

/** A limiter that fails limits nobody. */
export async function isOver(limit: RateLimit | null, key: string): Promise<boolean> {
  if (limit === null) return false;
  const answer = await limit.limit({ key }).catch(() => ({ success: true }));
  return !answer.success;
}

function refusal(): Response {
  return problemResponse(new ProblemError('too_many_requests', 'too many requests from here: wait a minute'));
}
