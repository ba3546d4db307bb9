import type { ClientBase, Pool } from 'pg';
import { z } from 'zod';
import { Evaluation } from './evaluation.ts';

/** Keeps an evaluation; a run that is gone on with replaces its own. */
export async function storeEvaluation(client: ClientBase, runId: string, result: Evaluation): Promise<void> {
  await client.query('DELETE FROM evaluations WHERE run_id = $1', [runId]);
  await client.query('INSERT INTO evaluations (run_id, result) VALUES ($1, $2)', [
    runId,
    JSON.stringify(result),
  ]);
}

const Row = z.object({ run_id: z.string(), made_at: z.date(), result: Evaluation });
export type StoredEvaluation = z.infer<typeof Row>;

/** The newest evaluations, newest first. */
export async function readEvaluations(pool: Pool, limit: number): Promise<StoredEvaluation[]> {
  const answer = await pool.query(
    'SELECT run_id, made_at, result FROM evaluations ORDER BY evaluation_id DESC LIMIT $1',
    [limit],
  );
  return answer.rows.map((row) => Row.parse(row));
}
