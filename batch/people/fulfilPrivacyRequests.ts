import type { Pool } from 'pg';
import { BatchError } from '../errors.ts';
import type { Log } from '../log.ts';
import { endPrivacyRequest, openPrivacyRequests, type PrivacyRequest } from './privacyRequests.ts';

interface Fulfilment {
  readonly pool: Pool;
  readonly log: Log;
  /** Erases a customer; false while Personalize is still deleting. Throws BatchError. */
  erase(source: string, customerId: string): Promise<boolean>;
  /** Writes down what is held of a customer. @returns where. Throws BatchError. */
  report(source: string, customerId: string): Promise<string>;
}

/**
 * Does what shops have asked for, one request after the other. What fails stays open and is tried again by the next
 * call; an id that nobody has is done. The removal of a whole shop is left to a person, and said each time.
 * @returns requests that are still open
 */
export async function fulfilPrivacyRequests(fulfilment: Fulfilment): Promise<number> {
  const { pool, log } = fulfilment;
  let open = 0;
  for (const request of await openPrivacyRequests(pool)) {
    const outcome = await fulfil(fulfilment, request).catch((error: unknown) => {
      if (error instanceof BatchError && error.code === 'unknown_customer') return 'nothing was held';
      log.warn(
        `privacy request ${request.request_id} (${request.kind}) stays open: ${error instanceof Error ? error.message : error}`,
      );
      return null;
    });
    if (outcome === null) open++;
    else await endPrivacyRequest(pool, request.request_id, outcome);
  }
  return open;
}

async function fulfil({ log, erase, report }: Fulfilment, request: PrivacyRequest): Promise<string | null> {
  const { source, kind, customer_id: id, request_id: number } = request;
  if (kind === 'erase_shop' || id === null) {
    log.warn(
      `privacy request ${number}: the shop of source ${source} has removed the app and wants all of its data erased: docs/privacy.md says how`,
    );
    return null;
  }
  if (kind === 'report') return `written to ${await report(source, id)}`;
  return (await erase(source, id)) ? 'erased' : null;
}
