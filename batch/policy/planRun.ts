import type { Pool } from 'pg';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { BatchError } from '../errors.ts';
import { isOptional, recipesOf } from '../personalize/recipes.ts';
import { placeOf } from '../runs/place.ts';
import { listObjects, type ObjectStore } from '../storage/objectStore.ts';
import { outputPrefix } from '../storage/paths.ts';
import { decideTraining, type InferredRun, type TrainingDecision } from './decideTraining.ts';

interface Planning {
  readonly config: Config;
  readonly pool: Pool;
  readonly s3: ObjectStore;
}

const InferredRow = z.object({ run_id: z.string(), age_ms: z.coerce.number() });

/** Looks at what earlier runs left and decides. Spends and changes nothing. */
export async function lookAtTraining(planning: Planning): Promise<TrainingDecision> {
  const { config } = planning;
  const { retrain } = config.policy;
  const last = retrain.when === 'always' ? null : await newestInferred(planning);
  return decideTraining(retrain, last);
}

/** As lookAtTraining. Throws BatchError `nothing_to_reuse` when training is forbidden and there is nothing to load. */
export async function decideRun(
  planning: Planning,
): Promise<Exclude<TrainingDecision, { readonly train: null }>> {
  const decision = await lookAtTraining(planning);
  if (decision.train !== null) return decision;
  throw new BatchError({
    code: 'nothing_to_reuse',
    message: `RETRAIN is never, but there is nothing to load: ${decision.why}`,
    remedy: 'train once: RETRAIN=always, then batch run',
    final: true,
  });
}

async function newestInferred({ config, pool, s3 }: Planning): Promise<InferredRun | null> {
  const answer = await pool.query(
    `SELECT r.run_id, 1000 * extract(epoch FROM clock_timestamp() - t.finished_at) AS age_ms
     FROM batch_job_metadata r
     JOIN batch_job_metadata t ON t.run_id = r.run_id AND t.kind = 'step' AND t.name = 'train' AND t.status = 'succeeded'
     JOIN batch_job_metadata i ON i.run_id = r.run_id AND i.kind = 'step' AND i.name = 'infer' AND i.status = 'succeeded'
     WHERE r.kind = 'run' AND r.name = $1 ORDER BY r.id DESC LIMIT 1`,
    [placeOf(config)],
  );
  if (answer.rows.length === 0) return null;
  const { run_id: runId, age_ms: ageMs } = InferredRow.parse(answer.rows[0]);
  const missing: string[] = [];
  for (const recipe of recipesOf(config).filter((name) => !isOptional(name))) {
    const objects = await listObjects(s3, outputPrefix(config, runId, recipe));
    if (!objects.some(({ key }) => key.endsWith('.out'))) missing.push(recipe);
  }
  return { runId, ageMs, missing };
}
