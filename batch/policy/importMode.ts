import type { PoolClient } from 'pg';
import { z } from 'zod';
import { TRAINABLE_LINES } from '../db/trainable.ts';
import { placeOf } from '../runs/place.ts';
import type { StepContext } from '../steps/step.ts';

/** Fewest rows of an incremental import (developer guide, "Endpoints and quotas"). */
const LEAST_ROWS = 1000;

/** The newest earlier run that exported anything. */
const Former = z.object({
  /** Seconds since 1970 of its newest order. */
  data_until: z.coerce.number(),
  /** Whether Personalize took its interactions. */
  imported: z.boolean(),
});
type Former = z.infer<typeof Former>;

interface ImportChoice {
  /** Seconds since 1970: only later interactions are exported and added. Null: all of them replace the former. */
  readonly since: number | null;
  /** Why it is FULL though INCREMENTAL was asked for; null otherwise. */
  readonly fallback: string | null;
}

interface ImportFacts {
  readonly former: Former | null;
  readonly newRows: number;
  readonly segments: boolean;
}

/** INCREMENTAL where it is possible. Whenever it is not sure what Personalize holds, FULL puts it right. */
export function chooseImportMode({ former, newRows, segments }: ImportFacts): ImportChoice {
  const fallback =
    former === null
      ? 'nothing has been imported yet'
      : !former.imported
        ? 'it is not known whether Personalize took the interactions of the run before'
        : segments
          ? 'segments ignore incremental data'
          : newRows < LEAST_ROWS
            ? `there are ${newRows} new interactions and Personalize wants ${LEAST_ROWS}`
            : null;
  return { since: fallback === null && former !== null ? former.data_until : null, fallback };
}

/** Chooses by what the database says, and tells when it is not what was asked for. */
export async function interactionsSince(context: StepContext, client: PoolClient): Promise<number | null> {
  const { policy, personalize } = context.config;
  if (policy.importMode === 'full') return null;
  const former = await readFormer(context, client);
  const newRows = former === null ? 0 : await countNewer(client, former.data_until);
  const { since, fallback } = chooseImportMode({ former, newRows, segments: personalize.segments.enabled });
  if (fallback !== null)
    context.log.warn(`interactions are imported in full, not incrementally: ${fallback}`);
  return since;
}

async function readFormer({ config, runId }: StepContext, client: PoolClient): Promise<Former | null> {
  const answer = await client.query(
    `SELECT e.counts->>'data_until' AS data_until,
            EXISTS (SELECT FROM batch_job_metadata j WHERE j.run_id = r.run_id AND j.kind = 'job'
                    AND j.name = 'import/interactions' AND j.status = 'succeeded') AS imported
     FROM batch_job_metadata r
     JOIN batch_job_metadata e ON e.run_id = r.run_id AND e.kind = 'step' AND e.name = 'export' AND e.status = 'succeeded'
     WHERE r.kind = 'run' AND r.name = $1 AND r.run_id <> $2 ORDER BY r.id DESC LIMIT 1`,
    [placeOf(config), runId],
  );
  return answer.rows.length === 0 ? null : Former.parse(answer.rows[0]);
}

/** Lines of orders later than that second, as export/queries.ts cuts them. */
async function countNewer(client: PoolClient, since: number): Promise<number> {
  const answer = await client.query(
    `SELECT count(*) AS rows FROM (${TRAINABLE_LINES}) AS t WHERE floor(extract(epoch FROM ordered_at)) > $1`,
    [since],
  );
  return z.object({ rows: z.coerce.number() }).parse(answer.rows[0]).rows;
}
