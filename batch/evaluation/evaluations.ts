import type { ClientBase } from 'pg';
import type { Evaluation } from './evaluation.ts';

/** Keeps an evaluation; a run that is gone on with replaces its own. */
export async function storeEvaluation(client: ClientBase, runId: string, result: Evaluation): Promise<void> {
  await client.query('DELETE FROM evaluations WHERE run_id = $1', [runId]);
  await client.query('INSERT INTO evaluations (run_id, result) VALUES ($1, $2)', [
    runId,
    JSON.stringify(result),
  ]);
}
