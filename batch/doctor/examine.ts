import type { Pool } from 'pg';
import { ambiguousIds, erasedReturns, sharedContacts, unmatchedPlaces } from './customerLooks.ts';
import type { Finding, Look, Patient } from './finding.ts';
import { duplicateOrders, gapsInTime, impossibleDates } from './orderLooks.ts';
import { nonMerchandise } from './productLooks.ts';
import { lookAlikeIds, unknownCustomers, unknownProducts } from './referenceLooks.ts';
import { training } from './trainingLooks.ts';

const LOOKS: readonly Look[] = [
  training,
  duplicateOrders,
  impossibleDates,
  gapsInTime,
  unknownCustomers,
  unknownProducts,
  lookAlikeIds,
  sharedContacts,
  ambiguousIds,
  erasedReturns,
  unmatchedPlaces,
  nonMerchandise,
];
/** Looks at once: each has a connection of its own. */
const AT_ONCE = 3;
const ORDER = { error: 0, warning: 1, note: 2 } as const;

/** Looks at the shop's data from all sides; the worst comes first. Changes nothing. */
export async function examineData(pool: Pool, about: Pick<Patient, 'now' | 'engine'>): Promise<Finding[]> {
  const found: (readonly Finding[])[] = LOOKS.map(() => []);
  let next = 0;
  const work = async (): Promise<void> => {
    const client = await pool.connect();
    try {
      for (let at = next++; at < LOOKS.length; at = next++)
        found[at] = await (LOOKS[at] as Look)({ client, ...about });
    } finally {
      client.release();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found.flat().sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}
