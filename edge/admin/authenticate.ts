import { findSecret } from '../access/findSecret.ts';
import type { Clock } from '../clock.ts';
import type { RateLimit } from '../limits/rateLimit.ts';
import { ProblemError } from '../problem.ts';
import type { AdminToken } from './adminVariables.ts';
import { createFailures } from './failures.ts';
import { type Role, roleAllows } from './roles.ts';

/** Who administers. */
export interface Admin {
  readonly name: string;
  readonly role: Role;
}

/** Tells who a request comes from. Throws ProblemError: unauthorized, forbidden, too_many_requests. */
export type Authenticate = (request: Request, needed: Role) => Promise<Admin>;

export interface Authentication {
  readonly tokens: readonly AdminToken[];
  /** Counts failures over all isolates of a place, where it is bound. */
  readonly limit: RateLimit | null;
  readonly clock: Clock;
}

const TOO_MANY = 'too many log-ins have failed from here; wait some minutes';

export function createAuthenticate({ tokens, limit, clock }: Authentication): Authenticate {
  const failures = createFailures(clock);
  return async (request, needed) => {
    const client = request.headers.get('cf-connecting-ip') ?? 'unknown';
    if (failures.isBlocked(client)) throw new ProblemError('too_many_requests', TOO_MANY);
    const given = /^Bearer\s+(\S{1,512})\s*$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    if (given === undefined) throw new ProblemError('unauthorized', 'send Authorization: Bearer TOKEN');
    const admin = await findSecret(tokens, given);
    if (admin === null) {
      failures.note(client);
      const allowed = await limit?.limit({ key: `login:${client}` }).catch(() => null);
      if (allowed?.success === false) throw new ProblemError('too_many_requests', TOO_MANY);
      throw new ProblemError('unauthorized', 'the token is not known');
    }
    if (!roleAllows(admin.role, needed)) {
      throw new ProblemError('forbidden', `this needs the role ${needed}; ${admin.name} is ${admin.role}`);
    }
    return { name: admin.name, role: admin.role };
  };
}
