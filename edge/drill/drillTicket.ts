import * as z from 'zod';
import { DrillFaults, LONGEST_DRILL_SECONDS } from '../../shared/rules/drillFaults.ts';
import { createVerifier, type Verify } from '../access/hmac.ts';
import { isTimely, signJwt, verifyJwt } from '../access/jwt.ts';
import type { Clock } from '../clock.ts';

const Ticket = z.object({ aud: z.literal('drill'), faults: DrillFaults });

/** Faults for the requests that carry the ticket, over after so many seconds. */
export function signDrill(key: string, faults: DrillFaults, expires: number): Promise<string> {
  return signJwt(key, { aud: 'drill', faults, exp: expires });
}

/** The faults a ticket orders, or null: it is not ours, or over. */
export type ReadDrill = (ticket: string) => Promise<DrillFaults | null>;

export function createDrillReader(key: string | null, clock: Clock): ReadDrill {
  const verify: Verify[] = key === null ? [] : [createVerifier(key)];
  return async (ticket) => {
    if (ticket.length > 1_024) return null;
    const claims = await verifyJwt(ticket, verify);
    const lifetime = { now: clock.now() / 1000, longest: LONGEST_DRILL_SECONDS };
    if (claims === null || !isTimely(claims, lifetime)) return null;
    return Ticket.safeParse(claims).data?.faults ?? null;
  };
}
