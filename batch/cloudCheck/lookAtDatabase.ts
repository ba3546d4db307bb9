import { randomInt } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { explainDatabaseError } from '../db/explainDatabaseError.ts';
import { attachPartition, createPartition, PARTITIONED } from '../load/partition.ts';
import { type CloudRow, look } from './look.ts';

/** Everything a run changes, each tried once. Snapshots are numbered from 1, so a number this high is nobody's. */
const CHANGES = [
  'CREATE TEMP TABLE doctor_probe (n integer) ON COMMIT DROP',
  `INSERT INTO batch_job_metadata (run_id, kind, name, status) VALUES ('doctor-probe', 'run', 'doctor', 'running')`,
  `UPDATE batch_job_metadata SET status = 'failed' WHERE run_id = 'doctor-probe'`,
  `DELETE FROM batch_job_metadata WHERE run_id = 'doctor-probe'`,
  'UPDATE live_pointer SET generation = generation WHERE false',
  'DELETE FROM snapshots WHERE false',
];

/** Makes and attaches partitions and writes as a run does, in a transaction that is rolled back. */
export function lookAtDatabase(pool: Pool): Promise<CloudRow> {
  const remedy =
    'let the user of DATABASE_URL own the tables (batch migrate run by the same user makes it so), with CREATE and TEMPORARY on the database';
  return look('database rights', remedy, async () => {
    const client = await pool.connect().catch((error: unknown) => {
      throw explainDatabaseError(error);
    });
    try {
      await client.query('BEGIN');
      await client.query("SET LOCAL lock_timeout = '5s'");
      await tryChanges(client);
      return 'partitions can be made and attached, runs recorded, snapshots put live; all rolled back';
    } catch (error) {
      throw explainDatabaseError(error);
    } finally {
      await client.query('ROLLBACK').catch(() => undefined);
      client.release(true);
    }
  });
}

async function tryChanges(client: PoolClient): Promise<void> {
  const id = randomInt(2_000_000_000, 2_147_483_647);
  for (const table of PARTITIONED) {
    await createPartition(client, table, id);
    await attachPartition(client, table, id);
  }
  for (const change of CHANGES) await client.query(change);
}
