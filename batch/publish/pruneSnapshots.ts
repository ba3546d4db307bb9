import type { ClientBase, Pool } from 'pg';
import { z } from 'zod';
import { manifestKey, partKey, partsOf } from '../../shared/snapshot/manifest.ts';
import type { Config } from '../config.ts';
import { inTransaction } from '../db/pool.ts';
import { dropPartition, PARTITIONED } from '../load/partition.ts';
import type { StepContext, StepCounts } from '../steps/step.ts';
import { deletePrefix } from '../storage/objectStore.ts';
import { type KeptSnapshots, readKeptSnapshots } from './keptSnapshots.ts';
import type { KvStore } from './kvStore.ts';
import { kvOf } from './publishContext.ts';
import { listRunFolders, type RunFolder } from './runFolders.ts';

/** What pruning may touch: a step's context has it, a command makes it. */
export type PruneContext = Pick<StepContext, 'pool' | 'lease' | 's3' | 'signal'> & {
  readonly config: Pick<Config, 'kv' | 'environment' | 's3'>;
};

/**
 * Removes what no kept snapshot needs: rows of all but live and previous, manifests but three, parts
 * that none of these names, S3 objects of this database's runs that are neither kept nor unfinished.
 * Keys are listed before what is kept is read: what is published meanwhile is kept or was not listed.
 */
export async function pruneSnapshots(
  context: PruneContext,
  { keepRun }: { readonly keepRun: string | null },
): Promise<StepCounts> {
  const { pool, s3, config } = context;
  const kv = kvOf(context);
  const listed = {
    manifests: await kv.listKeys(MANIFESTS),
    parts: await kv.listKeys(partKey('')),
    folders: await listRunFolders(s3, config),
  };
  const kept = await inTransaction(pool, readKeptSnapshots);
  if (kept === null) return {};
  const runs = await readRuns(pool);
  const keptRuns = new Set([...(keepRun === null ? [] : [keepRun]), ...kept.runIds]);
  for (const run of runs) if (run.unfinished) keptRuns.add(run.run_id);
  // Their outputs may be another run's; the newest that were inferred are paid for, and may be loaded again.
  const keptFolders = new Set(keptRuns);
  for (const run of runs)
    if (keptRuns.has(run.run_id) && run.outputs_of !== null) keptFolders.add(run.outputs_of);
  for (const run of newestInferred(runs)) keptFolders.add(run.run_id);
  const known = new Set(runs.map((run) => run.run_id));
  const folders = listed.folders.filter(
    (folder) => known.has(folder.runId) && !keptFolders.has(folder.runId),
  );
  return {
    snapshots_dropped: await pruneRows(context, kept, [...keptRuns]),
    ...(await pruneKv(context, kv, { ...listed, kept })),
    objects_deleted: await pruneObjects(context, folders),
  };
}

const MANIFESTS = 'snapshot/manifest/';
/** Keys deleted from KV between two looks at the lease. */
const KEYS_AT_ONCE = 1000;

/** Whoever lost the lease must delete nothing: the new holder may be publishing the same parts. */
function assertLease({ pool, lease }: PruneContext): Promise<void> {
  return inTransaction(pool, (client) => lease.assertHeld(client));
}

const RunRow = z.object({
  run_id: z.string(),
  /** Environment and engine. */
  name: z.string(),
  outputs_of: z.string().nullable(),
  inferred: z.boolean(),
  unfinished: z.boolean(),
});
/** The most that RESUME_WITHIN_HOURS may say: a run that began longer ago will not be resumed. */
const RESUMED_WITHIN = `interval '60 days'`;

/** Every run this database knows of, newest first. Unfinished is what openRun() may go on with. */
async function readRuns(pool: Pool): Promise<z.infer<typeof RunRow>[]> {
  const answer = await pool.query(
    `SELECT run_id, name, outputs_of,
            EXISTS (SELECT FROM batch_job_metadata i WHERE i.run_id = r.run_id AND i.kind = 'step'
                    AND i.name = 'infer' AND i.status = 'succeeded') AS inferred,
            started_at > now() - ${RESUMED_WITHIN} AND (
              status IN ('running', 'waiting')
              OR (status = 'failed' AND error IS NOT NULL AND NOT coalesce((error->>'final')::boolean, false))
            ) AS unfinished
     FROM batch_job_metadata r WHERE kind = 'run' ORDER BY id DESC`,
  );
  return answer.rows.map((row) => RunRow.parse(row));
}

/** Of each environment and engine. */
function newestInferred(runs: readonly z.infer<typeof RunRow>[]): z.infer<typeof RunRow>[] {
  const inferred = runs.filter((run) => run.inferred);
  return inferred.filter((run, i) => inferred.findIndex(({ name }) => name === run.name) === i);
}

async function pruneRows(
  context: PruneContext,
  kept: KeptSnapshots,
  runs: readonly string[],
): Promise<number> {
  const client = await context.pool.connect();
  try {
    const answer = await client.query(
      `SELECT snapshot_id FROM snapshots
       WHERE state <> 'pruned' AND NOT run_id = ANY($1) AND NOT snapshot_id = ANY($2)`,
      [runs, kept.inPostgres],
    );
    const ids = answer.rows.map((row) => z.object({ snapshot_id: z.int() }).parse(row).snapshot_id);
    for (const id of ids) {
      await assertLease(context);
      await dropRows(client, id);
    }
    const named = kept.manifests.map((manifest) => manifest.snapshot_id);
    await client.query(
      'UPDATE snapshots SET catalogue = NULL WHERE catalogue IS NOT NULL AND NOT snapshot_id = ANY($1)',
      [named],
    );
    return ids.length;
  } finally {
    client.release();
  }
}

/** Drops all a snapshot has in Postgres but its own row. Not inside a transaction; safe to repeat. */
export async function dropRows(client: ClientBase, snapshotId: number): Promise<void> {
  for (const table of PARTITIONED) await dropPartition(client, table, snapshotId);
  await client.query('DELETE FROM snapshot_documents WHERE snapshot_id = $1', [snapshotId]);
  await client.query(`UPDATE snapshots SET state = 'pruned' WHERE snapshot_id = $1`, [snapshotId]);
}

interface KvKeys {
  readonly manifests: ReadonlySet<string>;
  readonly parts: ReadonlySet<string>;
  readonly kept: KeptSnapshots;
}

async function pruneKv(context: PruneContext, kv: KvStore, { manifests, parts, kept }: KvKeys) {
  const named = new Set(kept.manifests.flatMap(partsOf).map(({ key }) => key));
  const keptManifests = new Set(kept.manifests.map((manifest) => manifestKey(manifest.snapshot_id)));
  const oldManifests = [...manifests].filter((key) => !keptManifests.has(key));
  const oldParts = [...parts].filter((key) => !named.has(key));
  // Manifests first: no reader may find one whose parts are going.
  for (const keys of [oldManifests, oldParts]) {
    for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) {
      await assertLease(context);
      await kv.deleteMany(keys.slice(at, at + KEYS_AT_ONCE));
    }
  }
  return { manifests_deleted: oldManifests.length, parts_deleted: oldParts.length };
}

async function pruneObjects(context: PruneContext, folders: readonly RunFolder[]): Promise<number> {
  let deleted = 0;
  for (const { prefix } of folders) {
    await assertLease(context);
    deleted += await deletePrefix(context.s3, prefix);
  }
  return deleted;
}
