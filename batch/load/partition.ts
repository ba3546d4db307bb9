import type { ClientBase } from 'pg';
import { z } from 'zod';

export const PARTITIONED = ['snapshot_users', 'snapshot_lists'] as const;
type PartitionedTable = (typeof PARTITIONED)[number];

/** Columns of each partition's one index, which its readers search by. */
const UNIQUE_BY: Readonly<Record<PartitionedTable, string>> = {
  snapshot_users: 'customer_key',
  snapshot_lists: 'kind, list_key',
};

/** Columns by which rows are found or joined: statistics of whole records would cost more than the index. */
const ANALYSED: Readonly<Record<PartitionedTable, string>> = {
  snapshot_users: 'customer_key, customer_number',
  snapshot_lists: 'kind, list_key',
};

export function partitionName(table: PartitionedTable, snapshotId: number): string {
  return `${table}_${snapshotId}`;
}

/**
 * Makes an empty table shaped as a partition, not yet part of anything. Filled within the same
 * transaction it may be copied into with FREEZE, and vanishes if the transaction does.
 */
export async function createPartition(
  client: ClientBase,
  table: PartitionedTable,
  id: number,
): Promise<void> {
  await client.query(
    `CREATE TABLE ${partitionName(table, id)} (LIKE ${table} INCLUDING DEFAULTS INCLUDING STORAGE)`,
  );
}

/**
 * Indexes and analyses a filled table and makes it a partition. The CHECK spares the attaching a scan;
 * attaching does not keep anybody from reading the other partitions. Inside a transaction.
 */
export async function attachPartition(
  client: ClientBase,
  table: PartitionedTable,
  id: number,
): Promise<void> {
  const name = partitionName(table, id);
  await client.query(`CREATE UNIQUE INDEX ${name}_key ON ${name} (${UNIQUE_BY[table]})`);
  await client.query(`ALTER TABLE ${name} ADD CONSTRAINT ${name}_id CHECK (snapshot_id = ${id})`);
  // Keys are unique or few: a tenth of the usual sample tells as much, and need not read the whole table.
  await client.query('SET LOCAL default_statistics_target = 10');
  await client.query(`ANALYZE ${name} (${ANALYSED[table]})`);
  await client.query('SET LOCAL default_statistics_target TO DEFAULT');
  await client.query(`ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES IN (${id})`);
  await client.query(`ALTER TABLE ${name} DROP CONSTRAINT ${name}_id`);
}

const PartitionRow = z.object({ name: z.string(), attached: z.boolean(), pending: z.boolean() });

/**
 * Drops a snapshot's partition if there is one. Detached without blocking readers of the other
 * partitions; a detaching that was cut off earlier is finished. Not inside a transaction.
 */
export async function dropPartition(
  client: ClientBase,
  table: PartitionedTable,
  id: number,
): Promise<boolean> {
  const name = partitionName(table, id);
  const answer = await client.query(
    `SELECT c.relname AS name, i.inhrelid IS NOT NULL AS attached,
            coalesce(i.inhdetachpending, false) AS pending
     FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
     WHERE c.oid = to_regclass($1)`,
    [name],
  );
  if (answer.rows.length === 0) return false;
  const row = PartitionRow.parse(answer.rows[0]);
  if (row.attached) {
    await client.query(
      `ALTER TABLE ${table} DETACH PARTITION ${name} ${row.pending ? 'FINALIZE' : 'CONCURRENTLY'}`,
    );
  }
  await client.query(`DROP TABLE ${name}`);
  return true;
}
