import type { Pool } from 'pg';
import { z } from 'zod';

const JobRecord = z.object({
  /** Unique within the run, e.g. `batch-inference/user-personalization`. */
  name: z.string(),
  status: z.enum(['running', 'succeeded', 'failed', 'skipped']),
  arn: z.string().nullable(),
  counts: z.record(z.string(), z.number()).default({}),
  error: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).nullable().default(null),
});
type JobRecord = z.infer<typeof JobRecord>;

/** Rows of kind 'job' of one run in batch_job_metadata. */
export interface JobRecords {
  /** Writes or replaces the row of a job; it is finished unless it is running. */
  record(job: z.input<typeof JobRecord>): Promise<void>;
  find(name: string): Promise<JobRecord | null>;
}

export function jobRecordsOf(pool: Pool, runId: string): JobRecords {
  return {
    record: async (job) => {
      const { name, status, arn, counts, error } = JobRecord.parse(job);
      await pool.query(
        `INSERT INTO batch_job_metadata (run_id, kind, name, status, arn, counts, error, started_at, finished_at)
         VALUES ($1, 'job', $2, $3, $4, $5, $6, clock_timestamp(), CASE WHEN $3 = 'running' THEN NULL ELSE clock_timestamp() END)
         ON CONFLICT (run_id, kind, name) DO UPDATE SET status = excluded.status, arn = excluded.arn,
           counts = excluded.counts, error = excluded.error, finished_at = excluded.finished_at`,
        [runId, name, status, arn, JSON.stringify(counts), error === null ? null : JSON.stringify(error)],
      );
    },
    find: async (name) => {
      const answer = await pool.query(
        `SELECT name, status, arn, counts, error FROM batch_job_metadata WHERE run_id = $1 AND kind = 'job' AND name = $2`,
        [runId, name],
      );
      return answer.rows.length === 0 ? null : JobRecord.parse(answer.rows[0]);
    },
  };
}
