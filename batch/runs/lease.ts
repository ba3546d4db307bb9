import type { ClientBase } from 'pg';

/** The right to change what is live, held by one process at a time. */
export interface Lease {
  readonly holder: string;
  /** Grows with every change of hands. */
  readonly token: bigint;
  /**
   * Throws BatchError `lease_lost` unless this process still holds the lease by the database's clock.
   * Call it inside the transaction of every statement that goes live: it locks the lease's row until
   * the transaction ends, so that nobody can take over in between.
   */
  assertHeld(transaction: ClientBase): Promise<void>;
}
