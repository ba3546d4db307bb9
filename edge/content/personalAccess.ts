import type { AskedCustomer } from '../access/askedCustomer.ts';
import type { RequestHead } from '../incoming.ts';

/** What the caller of one request may see of one customer. */
export interface PersonalAccess {
  /** False: the customer is answered like a guest, 200, `personal: false`. */
  readonly personal: boolean;
  /** Whether reasons may speak of the customer's own purchases ("you bought this before"). */
  readonly purchaseReasons: boolean;
  /** What the answer should say of it, for `warnings`. */
  readonly warning: string | null;
  /** The source whose id the caller has proven: the customer is sought there only. null: wherever the id is known. */
  readonly provenSource: string | null;
}

/**
 * Decides who may see personal lists. Asked once per request that names a customer. A promise only when there is
 * something to verify. Never throws.
 */
export interface AccessGate {
  /** @param asked as the customer will be looked up: the address is not read again, for two readings may differ */
  of(request: RequestHead, asked: AskedCustomer): PersonalAccess | Promise<PersonalAccess>;
}
