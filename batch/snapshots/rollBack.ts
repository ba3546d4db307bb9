import { type Manifest, manifestKey, partKey, partsOf } from '../../shared/snapshot/manifest.ts';
import { inTransaction } from '../db/pool.ts';
import { BatchError } from '../errors.ts';
import { followSnapshot } from '../overlay/followSnapshot.ts';
import type { KvStore } from '../publish/kvStore.ts';
import { declareLive, readKvPointer, writeKvPointer } from '../publish/livePointer.ts';
import { publishableSnapshot } from '../publish/publishable.ts';
import { kvOf, type PublishContext } from '../publish/publishContext.ts';
import { purgeCaches } from '../publish/purgeCaches.ts';
import { writeSnapshot } from '../publish/writeSnapshot.ts';
import { auditChange } from './audit.ts';
import { type PublishedSnapshot, readPublishedSnapshots } from './publishedSnapshots.ts';

interface RolledBack {
  readonly from: number | null;
  readonly to: number;
  readonly generation: number;
  readonly kv_writes: number;
}

/**
 * Makes a snapshot live again, the one before unless another is named. KV must hold it whole; what it lost is
 * written from Postgres where its rows still stand. Call it with the lease held. Repeating it after a crash ends
 * the same.
 * Throws BatchError `nothing_to_roll_back`, `snapshot_unknown`, `snapshot_gone`.
 */
export async function rollBack(context: PublishContext, wanted: number | null): Promise<RolledBack> {
  const { pool } = context;
  const kv = kvOf(context);
  const published = await inTransaction(pool, readPublishedSnapshots);
  const target = chooseTarget(published, wanted);
  const { manifest, catalogue, writes } = await wholeInKv(context, kv, target);
  const from = published.find(({ place }) => place === 'live')?.snapshot_id ?? null;
  const seen = await readKvPointer(kv);
  const pointer = await declareLive(context, {
    manifest,
    catalogue,
    seenGeneration: seen?.generation ?? 0,
  });
  await inTransaction(pool, (client) =>
    auditChange(client, {
      action: 'snapshot.rollback',
      subject: String(target.snapshot_id),
      before: from,
      after: target.snapshot_id,
    }),
  );
  await writeKvPointer(context, kv, pointer);
  await followSnapshot(context, { suspicious: false });
  await purgeCaches(context);
  return { from, to: target.snapshot_id, generation: pointer.generation, kv_writes: writes + 1 };
}

function chooseTarget(published: readonly PublishedSnapshot[], wanted: number | null): PublishedSnapshot {
  const usable = published.filter(({ given_up }) => !given_up);
  const target = usable.find(({ snapshot_id, place }) =>
    wanted === null ? place === 'previous' : snapshot_id === wanted,
  );
  if (target !== undefined) return target;
  const ids = usable.map(
    ({ snapshot_id, place }) => `${snapshot_id}${place === 'kept' ? '' : ` (${place})`}`,
  );
  const remedy =
    ids.length === 0
      ? 'publish one first: batch run'
      : `name one of those that are kept: ${ids.join(', ')} (batch rollback --to SNAPSHOT)`;
  if (wanted === null) {
    const message = 'there is no snapshot before the live one';
    throw new BatchError({ code: 'nothing_to_roll_back', message, remedy });
  }
  const message = `snapshot ${wanted} has never been live, or was given up`;
  throw new BatchError({ code: 'snapshot_unknown', message, remedy });
}

async function wholeInKv(
  context: PublishContext,
  kv: KvStore,
  { snapshot_id: id, manifest }: PublishedSnapshot,
): Promise<{ manifest: Manifest; catalogue: Uint8Array | null; writes: number }> {
  const held = await kv.listKeys(partKey(''));
  const missing = partsOf(manifest).filter(({ key }) => !held.has(key)).length;
  if (missing === 0 && (await kv.get(manifestKey(id))) !== null)
    return { manifest, catalogue: null, writes: 0 };
  const snapshot = await inTransaction(context.pool, (client) => publishableSnapshot(client, id));
  if (snapshot === null) throw gone(id, missing);
  context.log.info(`KV has lost parts of snapshot ${id}: they are written again from Postgres`);
  const written = await writeSnapshot(context, snapshot, { suspicious: true });
  const { manifest: made, catalogue, counts } = written;
  return { manifest: made, catalogue, writes: counts.kv_writes };
}

function gone(id: number, missing: number): BatchError {
  return new BatchError({
    code: 'snapshot_gone',
    message: `KV no longer holds snapshot ${id} whole (${missing} parts are missing), and its rows are not in Postgres either`,
    remedy: 'roll back to another (batch rollback --help), or make a new one: batch run',
  });
}
