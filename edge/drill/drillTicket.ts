import * as z from 'zod';
import { DrillFaults, LONGEST_DRILL_SECONDS } from '../../shared/rules/drillFaults.ts';
import { createVerifier, type Verify } from '../access/hmac.ts';
import { isTimely, signJwt, verifyJwt } from '../access/jwt.ts';
import type { Clock } from '../clock.ts';

/** `any`: the faults stand behind the ticket in the header, `TICKET;pointer=error,postgres=slow`. */
export const DrillOrder = z.union([DrillFaults, z.literal('any')]);
type DrillOrder = z.infer<typeof DrillOrder>;

const Ticket = z.object({ aud: z.literal('drill'), faults: DrillOrder });

/** Faults for the requests that carry the ticket, over at `expires`, in seconds since 1970. */
export function signDrill(key: string, faults: DrillOrder, expires: number): Promise<string> {
  return signJwt(key, { aud: 'drill', faults, exp: expires });
}

/** The faults that the header of a request orders, or null: its ticket is not ours, or over. */
export type ReadDrill = (header: string) => Promise<DrillFaults | null>;

export function createDrillReader(key: string | null, clock: Clock): ReadDrill {
  const verify: Verify[] = key === null ? [] : [createVerifier(key)];
  return async (header) => {
    if (header.length > 1_024) return null;
    const [ticket = '', order = ''] = header.split(';');
    const claims = await verifyJwt(ticket, verify);
    const lifetime = { now: clock.now() / 1000, longest: LONGEST_DRILL_SECONDS };
    if (claims === null || !isTimely(claims, lifetime)) return null;
    const { data } = Ticket.safeParse(claims);
    return data?.faults === 'any' ? faultsOf(order) : (data?.faults ?? null);
  };
}

function faultsOf(order: string): DrillFaults | null {
  const pairs = order.split(',').map((pair) => pair.trim().split('='));
  return DrillFaults.safeParse(Object.fromEntries(pairs)).data ?? null;
}
