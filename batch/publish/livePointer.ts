import type { ClientBase } from 'pg';
import { z } from 'zod';
import {
  type Manifest,
  POINTER_KEY,
  type Pointer,
  Pointer as PointerSchema,
} from '../../shared/snapshot/manifest.ts';
import type { Config } from '../config.ts';
import { inTransaction } from '../db/pool.ts';
import type { KvStore } from './kvStore.ts';
import { kvOf, type PublishContext } from './publishContext.ts';

const IntentRow = z.object({
  live: z.int().nullable(),
  previous: z.int().nullable(),
  generation: z.coerce.number().int(),
  published_at: z.date().nullable(),
});

const INTENT = `live_snapshot_id AS live, previous_snapshot_id AS previous, generation, published_at`;

/** The intent in Postgres: what readers should see, or null while nothing has been published. */
export async function readIntent(client: ClientBase): Promise<Pointer | null> {
  const answer = await client.query(`SELECT ${INTENT} FROM live_pointer`);
  return pointerOf(answer.rows[0]);
}

function pointerOf(row: unknown): Pointer | null {
  const { live, published_at, ...rest } = IntentRow.parse(row);
  if (live === null || published_at === null) return null;
  return { ...rest, live, published_at: published_at.toISOString() };
}

interface GoLive {
  readonly manifest: Manifest;
  /** What its catalogue says of each product; null: as was noted before. */
  readonly catalogue: Uint8Array | null;
  /** Generation of the pointer in KV: the new one exceeds it, also after a database was restored. */
  readonly seenGeneration: number;
}

/**
 * Declares a snapshot live, in one transaction that holds the lease. Declaring the live one again keeps
 * its time and what was before it.
 */
export function declareLive(
  { pool, lease }: Pick<PublishContext, 'pool' | 'lease'>,
  { manifest, catalogue, seenGeneration }: GoLive,
): Promise<Pointer> {
  return inTransaction(pool, async (client) => {
    await lease.assertHeld(client);
    const id = manifest.snapshot_id;
    const answer = await client.query(
      `UPDATE live_pointer SET
         live_snapshot_id = $1,
         previous_snapshot_id = CASE WHEN live_snapshot_id = $1 THEN previous_snapshot_id ELSE live_snapshot_id END,
         published_at = CASE WHEN live_snapshot_id = $1 THEN published_at ELSE now() END,
         generation = greatest(generation, $2) + 1
       RETURNING ${INTENT}`,
      [id, seenGeneration],
    );
    await client.query(
      `UPDATE snapshots SET state = 'published', manifest = $2, catalogue = coalesce($3, catalogue), published_at = coalesce(published_at, now())
       WHERE snapshot_id = $1`,
      [id, JSON.stringify(manifest), catalogue],
    );
    const pointer = pointerOf(answer.rows[0]);
    if (pointer === null) throw new Error('live_pointer has no row');
    return pointer;
  });
}

/** The pointer in KV, or null when there is none that can be read. */
export async function readKvPointer(kv: KvStore): Promise<Pointer | null> {
  const value = await kv.get(POINTER_KEY);
  if (value === null) return null;
  try {
    return PointerSchema.parse(JSON.parse(new TextDecoder().decode(value)));
  } catch {
    return null;
  }
}

type PointerWriting = Pick<PublishContext, 'pool' | 'lease'> & { readonly config: Pick<Config, 'kv'> };

/**
 * Moves what readers see. The lease is checked right before, so that a process that lost it stays out. One that
 * was paused between that and the write may have put an old pointer over a newer one: it then puts right what
 * it did, as Postgres intends it, and throws.
 */
export async function writeKvPointer(context: PointerWriting, kv: KvStore, pointer: Pointer): Promise<void> {
  const assertHeld = () => inTransaction(context.pool, (client) => context.lease.assertHeld(client));
  await assertHeld();
  try {
    await putPointer(kv, pointer);
    await assertHeld();
  } catch (error) {
    await putBack(context, pointer).catch(() => undefined);
    throw error;
  }
}

/** The lease is lost, and with it the context's signal may be aborted: this is the last thing to be done. */
const PUT_BACK_MS = 4000;

async function putBack(
  { pool, config }: Pick<PointerWriting, 'pool' | 'config'>,
  written: Pointer,
): Promise<void> {
  const intent = await inTransaction(pool, readIntent);
  if (intent === null || intent.generation <= written.generation) return;
  await putPointer(kvOf({ config, signal: AbortSignal.timeout(PUT_BACK_MS) }), intent);
}

async function putPointer(kv: KvStore, pointer: Pointer): Promise<void> {
  await kv.putMany([{ key: POINTER_KEY, value: new TextEncoder().encode(JSON.stringify(pointer)) }]);
}
