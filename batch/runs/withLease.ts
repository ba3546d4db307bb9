import { explainDatabaseError } from '../db/explainDatabaseError.ts';
import { describeHolder } from './holder.ts';
import { acquireLease, type HeldLease } from './lease.ts';

/** The one lease of a database: whoever changes what is live holds it. */
const LEASE_NAME = 'batch';
/** Short, since a machine may vanish: renewed every third of it. */
const LEASE_TTL_MS = 30_000;

/** Holds the lease while `work` runs. Throws BatchError `busy` when another process has it. */
export async function withLease<T>(databaseUrl: string, work: (lease: HeldLease) => Promise<T>): Promise<T> {
  const request = { databaseUrl, name: LEASE_NAME, holder: describeHolder(), ttlMs: LEASE_TTL_MS };
  const lease = await acquireLease(request).catch((error: unknown) => {
    throw explainDatabaseError(error);
  });
  try {
    return await work(lease);
  } finally {
    await lease.release();
  }
}
