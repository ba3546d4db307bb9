import type { Pool } from 'pg';
import { z } from 'zod';

interface RecordedRequest {
  readonly now: Date;
  readonly environment: string;
  /** A run that is left out: its own forecast stands for it. */
  readonly exceptRun?: string;
}

const Sum = z.object({ usd: z.coerce.number() });

/** Dollars recorded for the cloud jobs of an environment that began in this calendar month (UTC). */
export async function readRecordedCost(pool: Pool, request: RecordedRequest): Promise<number> {
  const { now, environment, exceptRun = '' } = request;
  const from = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  const { rows } = await pool.query(
    `SELECT coalesce(sum(j.cost_usd), 0) AS usd
     FROM batch_job_metadata j JOIN batch_job_metadata r ON r.run_id = j.run_id AND r.kind = 'run'
     WHERE j.kind = 'job' AND j.started_at >= $1 AND r.name LIKE $2 AND j.run_id <> $3`,
    [from, `${environment}/%`, exceptRun],
  );
  return Sum.parse(rows[0]).usd;
}
