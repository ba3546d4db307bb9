import type { Pool } from 'pg';
import { z } from 'zod';
import { manifestKey, partKey } from '../../shared/snapshot/manifest.ts';
import { inTransaction } from '../db/pool.ts';
import { dropPartition, PARTITIONED } from '../load/partition.ts';
import type { StepContext, StepCounts } from '../steps/step.ts';
import { deletePrefix } from '../storage/objectStore.ts';
import { type KeptSnapshots, readKeptSnapshots } from './keptSnapshots.ts';
import { kvOf } from './publishContext.ts';
import { partsOf } from './readBack.ts';
import { listRunFolders } from './runFolders.ts';

/**
 * Removes what no kept snapshot needs: rows of all but live and previous, manifests but three, parts
 * that none of these names, S3 objects of runs that are neither kept nor unfinished.
 */
export async function pruneSnapshots(context: StepContext): Promise<StepCounts> {
  const { pool, runId } = context;
  const kept = await inTransaction(pool, readKeptSnapshots);
  if (kept === null) return {};
  const runs = new Set([runId, ...kept.runIds, ...(await unfinishedRuns(pool))]);
  return {
    snapshots_dropped: await pruneRows(pool, kept, [...runs]),
    ...(await pruneKv(context, kept)),
    objects_deleted: await pruneObjects(context, runs),
  };
}

const RunRow = z.object({ run_id: z.string() });
/** A run that stopped longer ago will not be resumed. */
const RESUMED_WITHIN = `interval '60 days'`;

async function unfinishedRuns(pool: Pool): Promise<string[]> {
  const answer = await pool.query(
    `SELECT run_id FROM batch_job_metadata
     WHERE kind = 'run' AND status IN ('running', 'waiting') AND started_at > now() - ${RESUMED_WITHIN}`,
  );
  return answer.rows.map((row) => RunRow.parse(row).run_id);
}

async function pruneRows(pool: Pool, kept: KeptSnapshots, runs: readonly string[]): Promise<number> {
  const client = await pool.connect();
  try {
    const answer = await client.query(
      `SELECT snapshot_id FROM snapshots
       WHERE state <> 'pruned' AND NOT run_id = ANY($1) AND NOT snapshot_id = ANY($2)`,
      [runs, kept.inPostgres],
    );
    const ids = answer.rows.map((row) => z.object({ snapshot_id: z.int() }).parse(row).snapshot_id);
    for (const id of ids) {
      for (const table of PARTITIONED) await dropPartition(client, table, id);
      await client.query('DELETE FROM snapshot_documents WHERE snapshot_id = $1', [id]);
      await client.query(`UPDATE snapshots SET state = 'pruned' WHERE snapshot_id = $1`, [id]);
    }
    return ids.length;
  } finally {
    client.release();
  }
}

async function pruneKv(context: StepContext, { manifests }: KeptSnapshots) {
  const kv = kvOf(context);
  const named = new Set(manifests.flatMap(partsOf).map(({ key }) => key));
  const keptManifests = new Set(manifests.map((manifest) => manifestKey(manifest.snapshot_id)));
  const oldManifests = [...(await kv.listKeys('snapshot/manifest/'))].filter(
    (key) => !keptManifests.has(key),
  );
  // Manifests first: no reader may find one whose parts are going.
  await kv.deleteMany(oldManifests);
  const oldParts = [...(await kv.listKeys(partKey('')))].filter((key) => !named.has(key));
  await kv.deleteMany(oldParts);
  return { manifests_deleted: oldManifests.length, parts_deleted: oldParts.length };
}

async function pruneObjects({ s3, config }: StepContext, runs: ReadonlySet<string>): Promise<number> {
  let deleted = 0;
  for (const folder of await listRunFolders(s3, config)) {
    if (!runs.has(folder.runId)) deleted += await deletePrefix(s3, folder.prefix);
  }
  return deleted;
}
