import type { Pool } from 'pg';
import { z } from 'zod';

const Request = z.object({
  request_id: z.coerce.number(),
  source: z.string(),
  kind: z.enum(['erase', 'report', 'erase_shop']),
  customer_id: z.string().nullable(),
});
export type PrivacyRequest = z.infer<typeof Request>;

interface NewRequest {
  readonly source: string;
  readonly kind: PrivacyRequest['kind'];
  /** As the source calls them; null for the whole shop. */
  readonly customerId: string | null;
}

/** Notes a request before it is acknowledged; one that waits already is not noted twice. */
export async function notePrivacyRequest(
  pool: Pool,
  { source, kind, customerId }: NewRequest,
): Promise<void> {
  await pool.query(
    `INSERT INTO privacy_requests (source, kind, customer_id)
     SELECT $1, $2, $3::text WHERE NOT EXISTS (
       SELECT FROM privacy_requests WHERE done_at IS NULL AND source = $1 AND kind = $2
         AND customer_id IS NOT DISTINCT FROM $3::text)`,
    [source, kind, customerId],
  );
}

/** What is still to be done, in the order it came. */
export async function openPrivacyRequests(pool: Pool): Promise<PrivacyRequest[]> {
  const { rows } = await pool.query(
    'SELECT request_id, source, kind, customer_id FROM privacy_requests WHERE done_at IS NULL ORDER BY request_id',
  );
  return z.array(Request).parse(rows);
}

/** Ends a request. The id goes: an erased person is not to be found here either. */
export async function endPrivacyRequest(pool: Pool, requestId: number, outcome: string): Promise<void> {
  await pool.query(
    `UPDATE privacy_requests SET done_at = clock_timestamp(), outcome = $2, customer_id = NULL WHERE request_id = $1`,
    [requestId, outcome],
  );
}
