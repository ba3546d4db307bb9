import pg from 'pg';
import { z } from 'zod';

/** Lends a connection of its own to the work. */
export async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const TableSize = z.object({ name: z.string(), rows: z.number(), table: z.number(), indexes: z.number() });
export type TableSize = z.infer<typeof TableSize>;

/** Bytes of every table (with what it keeps out of line) and of its indexes, partitions added up, largest first. */
export function readTableSizes(databaseUrl: string): Promise<TableSize[]> {
  return connected(databaseUrl, async (client) => {
    await client.query('ANALYZE');
    const answer = await client.query(
      `SELECT coalesce(parent.relname, c.relname) AS name, sum(greatest(c.reltuples, 0))::float8 AS rows,
              sum(pg_table_size(c.oid))::float8 AS "table", sum(pg_indexes_size(c.oid))::float8 AS indexes
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class parent ON parent.oid = i.inhparent
       WHERE c.relkind = 'r' AND n.nspname = 'public'
       GROUP BY 1 ORDER BY sum(pg_total_relation_size(c.oid)) DESC`,
    );
    return z.array(TableSize).parse(answer.rows);
  });
}

const StepTime = z.object({
  name: z.string(),
  seconds: z.number().nullable(),
  counts: z.record(z.string(), z.number()),
});
export type StepTime = z.infer<typeof StepTime>;

/** Steps of the newest run as batch_job_metadata has them, in order. */
export function readStepTimes(databaseUrl: string): Promise<StepTime[]> {
  return connected(databaseUrl, async (client) => {
    const answer = await client.query(
      `SELECT name, extract(epoch FROM finished_at - started_at)::float8 AS seconds, counts
       FROM batch_job_metadata
       WHERE kind = 'step' AND run_id = (SELECT run_id FROM batch_job_metadata WHERE kind = 'run'
                                         ORDER BY started_at DESC, id DESC LIMIT 1)
       ORDER BY started_at, id`,
    );
    return z.array(StepTime).parse(answer.rows);
  });
}
