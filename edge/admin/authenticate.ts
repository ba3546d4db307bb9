import { findSecret } from '../access/findSecret.ts';
import type { Clock } from '../clock.ts';
import { isOver } from '../limits/limiter.ts';
import { networkOfRequest } from '../limits/network.ts';
import type { RateLimit } from '../limits/rateLimit.ts';
import { ProblemError } from '../problem.ts';
import type { AdminToken } from './adminVariables.ts';
import { createFailures } from './failures.ts';
import { type Role, roleAllows } from './roles.ts';
import { createTrusted } from './trusted.ts';

/** Who administers. */
export interface Admin {
  readonly name: string;
  readonly role: Role;
}

/** Tells who a request comes from. Throws ProblemError: unauthorized, forbidden, too_many_requests. */
export type Authenticate = (request: Request, needed: Role) => Promise<Admin>;

export interface Authentication {
  readonly tokens: readonly AdminToken[];
  /** Counts log-ins over all isolates of a place, where it is bound. */
  readonly logins: RateLimit | null;
  readonly clock: Clock;
}

/**
 * Two limits keep tokens from being guessed. Each isolate blocks a client after a few failures; and Cloudflare's
 * limiter, which all isolates of a place share, counts every log-in an isolate does not know to be good. It counts
 * right tokens too, once for each isolate, and is asked before it is told whether the token is right: else the
 * refusals of wrong ones would stop nobody from trying on.
 */
export function createAuthenticate({ tokens, logins, clock }: Authentication): Authenticate {
  const failures = createFailures(clock);
  const trusted = createTrusted();
  return async (request, needed) => {
    const client = networkOfRequest(request);
    if (failures.isBlocked(client)) throw tooMany();
    const given = /^Bearer\s+(\S{1,512})\s*$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    if (given === undefined) throw new ProblemError('unauthorized', 'send Authorization: Bearer TOKEN');
    const admin = await findSecret(tokens, given);
    if (admin === null || !trusted.has(client, admin)) {
      if (await isOver(logins, `login:${client}`)) throw tooMany();
      if (admin === null) {
        failures.note(client);
        throw new ProblemError('unauthorized', 'the token is not known');
      }
      trusted.add(client, admin);
    }
    if (!roleAllows(admin.role, needed)) {
      throw new ProblemError('forbidden', `this needs the role ${needed}; ${admin.name} is ${admin.role}`);
    }
    return { name: admin.name, role: admin.role };
  };
}

function tooMany(): ProblemError {
  return new ProblemError('too_many_requests', 'too many log-ins from here; wait some minutes');
}
