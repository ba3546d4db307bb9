import type { ClientBase } from 'pg';
import { inTransaction } from '../db/pool.ts';
import { BatchError } from '../errors.ts';
import { followSnapshot } from '../overlay/followSnapshot.ts';
import type { StepContext, StepCounts } from '../steps/step.ts';
import { declareLive, readKvPointer, writeKvPointer } from './livePointer.ts';
import { liveSnapshot, type PublishableSnapshot, snapshotToPublish } from './publishable.ts';
import { kvOf, type PublishContext } from './publishContext.ts';
import { purgeCaches } from './purgeCaches.ts';
import { writeSnapshot } from './writeSnapshot.ts';

/** Makes the run's loaded snapshot the one readers see. */
export function publishRun(context: StepContext): Promise<StepCounts> {
  return publishLoaded(context, context.runId);
}

/** As publishRun, for a run that is not going on. */
export function publishLoaded(context: PublishContext, runId: string): Promise<StepCounts> {
  const find = (client: ClientBase) => snapshotToPublish(client, runId);
  return publish(context, { find, absent: notLoaded, suspicious: false });
}

/** Writes what KV lost or damaged of the live snapshot, and the pointer, from the rows in Postgres. */
export function republishLive(context: PublishContext): Promise<StepCounts> {
  return publish(context, { find: liveSnapshot, absent: nothingLive, suspicious: true });
}

interface Publishing {
  readonly find: (client: ClientBase) => Promise<PublishableSnapshot | null>;
  readonly absent: () => BatchError;
  readonly suspicious: boolean;
}

async function publish(
  context: PublishContext,
  { find, absent, suspicious }: Publishing,
): Promise<StepCounts> {
  const snapshot = await inTransaction(context.pool, find);
  if (snapshot === null) throw absent();
  const { manifest, catalogue, counts } = await writeSnapshot(context, snapshot, { suspicious });
  const kv = kvOf(context);
  const seen = await readKvPointer(kv);
  const pointer = await declareLive(context, {
    manifest,
    catalogue,
    seenGeneration: seen?.generation ?? 0,
  });
  await writeKvPointer(context, kv, pointer);
  await followSnapshot(context, { suspicious });
  await purgeCaches(context);
  return {
    snapshot_id: snapshot.snapshot_id,
    generation: pointer.generation,
    ...counts,
    kv_writes: counts.kv_writes + 1,
  };
}

function notLoaded(): BatchError {
  return new BatchError({
    code: 'not_loaded',
    message: 'the run has no loaded snapshot to publish',
    remedy: 'batch run --fresh makes a new one; readers stay on the former snapshot',
    final: true,
  });
}

function nothingLive(): BatchError {
  return new BatchError({
    code: 'nothing_live',
    message: 'nothing has been published yet',
    remedy: 'run: batch run',
  });
}
