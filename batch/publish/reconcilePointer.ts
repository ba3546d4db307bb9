import { manifestKey } from '../../shared/snapshot/manifest.ts';
import { inTransaction } from '../db/pool.ts';
import { readIntent, readKvPointer, writeKvPointer } from './livePointer.ts';
import { kvOf, type PublishContext } from './publishContext.ts';

type Reconciled =
  /** Nothing has ever been published, or KV says what Postgres intends. */
  | 'agrees'
  /** A process died between declaring a snapshot live and telling readers; now they are told. */
  | 'moved'
  /** KV lost the live snapshot: `batch publish` brings it back. */
  | 'lost'
  /** KV knows a later generation than this database: it was restored; the next publish overtakes it. */
  | 'ahead';

/** Brings KV's pointer to the intent of the highest generation. Call it with the lease held. */
export async function reconcilePointer(context: PublishContext): Promise<Reconciled> {
  const intent = await inTransaction(context.pool, readIntent);
  if (intent === null) return 'agrees';
  const kv = kvOf(context);
  const seen = await readKvPointer(kv);
  if (seen?.generation === intent.generation && seen.live === intent.live) return 'agrees';
  if (seen !== null && seen.generation > intent.generation) {
    context.log.warn(
      `KV points to generation ${seen.generation}, the database knows ${intent.generation} only`,
    );
    return 'ahead';
  }
  if ((await kv.get(manifestKey(intent.live))) === null) {
    context.log.warn(`KV has lost snapshot ${intent.live}; batch publish writes it again`);
    return 'lost';
  }
  await writeKvPointer(context, kv, intent);
  context.log.info(`readers now see snapshot ${intent.live}, as an earlier process had meant them to`);
  return 'moved';
}
