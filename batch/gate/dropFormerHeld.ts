import { z } from 'zod';
import { inTransaction } from '../db/pool.ts';
import { dropRows } from '../publish/pruneSnapshots.ts';
import type { StepContext } from '../steps/step.ts';

/** Of held snapshots only the newest is kept: a shop whose every night is held must not fill its database. */
export async function dropFormerHeld(
  { pool, lease }: Pick<StepContext, 'pool' | 'lease'>,
  newest: number,
): Promise<void> {
  const answer = await pool.query(
    `SELECT snapshot_id FROM snapshots WHERE state = 'held' AND snapshot_id < $1`,
    [newest],
  );
  const client = await pool.connect();
  try {
    for (const row of answer.rows) {
      const { snapshot_id: id } = z.object({ snapshot_id: z.int() }).parse(row);
      await inTransaction(pool, (transaction) => lease.assertHeld(transaction));
      await dropRows(client, id);
    }
  } finally {
    client.release();
  }
}
