import { and, eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { z } from 'zod';
import { batchJobMetadata } from '../../shared/schema/runs.ts';

const JobRecord = z.object({
  /** Unique within the run, e.g. `batch-inference/user-personalization`. */
  name: z.string(),
  status: z.enum(['running', 'succeeded', 'failed', 'skipped']),
  arn: z.string().nullable(),
  counts: z.record(z.string(), z.number()).default({}),
  /** Dollars; null: not known. */
  cost_usd: z.number().nullable().default(null),
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
  const db = drizzle(pool);
  return {
    record: async (job) => {
      const { name, cost_usd, ...known } = JobRecord.parse(job);
      const rest = { ...known, cost_usd: cost_usd === null ? null : String(cost_usd) };
      const finished_at = rest.status === 'running' ? null : sql`clock_timestamp()`;
      await db
        .insert(batchJobMetadata)
        .values({
          run_id: runId,
          kind: 'job',
          name,
          ...rest,
          started_at: sql`clock_timestamp()`,
          finished_at,
        })
        .onConflictDoUpdate({
          target: [batchJobMetadata.run_id, batchJobMetadata.kind, batchJobMetadata.name],
          set: { ...rest, finished_at },
        });
    },
    find: async (name) => {
      const { status, arn, counts, error } = batchJobMetadata;
      const rows = await db
        .select({ name: batchJobMetadata.name, status, arn, counts, error })
        .from(batchJobMetadata)
        .where(
          and(
            eq(batchJobMetadata.run_id, runId),
            eq(batchJobMetadata.kind, 'job'),
            eq(batchJobMetadata.name, name),
          ),
        );
      return rows.length === 0 ? null : JobRecord.parse(rows[0]);
    },
  };
}
