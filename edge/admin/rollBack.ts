import * as z from 'zod';
import { lazily } from '../../shared/lazily.ts';
import { checkTablePart } from '../../shared/snapshot/checkTablePart.ts';
import { READABLE_FORMATS } from '../../shared/snapshot/frame.ts';
import { Manifest, manifestKey, POINTER_KEY, Pointer, TABLES } from '../../shared/snapshot/manifest.ts';
import { ProblemError } from '../problem.ts';
import { jsonOf } from '../stores/json.ts';
import type { Administration } from './administration.ts';
import { type AdminKv, FRESH, unavailable } from './adminStore.ts';
import type { Admin } from './authenticate.ts';
import { readSnapshots } from './snapshotStore.ts';

const Begun = lazily(() =>
  z.object({
    result: z.discriminatedUnion('outcome', [
      z.object({ outcome: z.literal('declared'), token: z.string(), pointer: Pointer }),
      z.object({ outcome: z.literal('busy'), seconds: z.number() }),
      z.object({ outcome: z.literal('unknown') }),
    ]),
  }),
);
const Held = lazily(() => z.object({ held: z.boolean() }));

/**
 * Makes another snapshot live: declared in Postgres while holding the batch's lease, then told to readers
 * through KV's pointer. When KV fails after the declaration the next batch moves the pointer, or the same
 * call again. Throws ProblemError: conflict while a run is at work or KV lacks the snapshot, unavailable.
 * @param to null: the snapshot before the live one
 */
export async function rollBack(admin: Administration, who: Admin, to: number | null): Promise<Pointer> {
  const { sql, kv } = admin;
  const wanted = to ?? (await previousOf(admin));
  await requireWhole(kv, wanted);
  const seen = await readPointer(kv);
  const holder = `edge ${who.name} ${crypto.randomUUID()}`;
  const [row] = await sql.rows(
    Begun(),
    'SELECT begin_rollback($1, $2, $3::integer, $4::bigint, $5) AS result',
    [who.name, who.role, wanted, seen?.generation ?? 0, holder],
  );
  const begun = row?.result;
  if (begun?.outcome === 'busy')
    throw new ProblemError(
      'conflict',
      `a batch run is at work: try again when it has ended, or in ${begun.seconds} s if its process is gone`,
    );
  if (begun?.outcome !== 'declared')
    throw new ProblemError('not_found', `there is no published snapshot ${wanted}`);
  try {
    const [lease] = await sql.rows(Held(), 'SELECT holds_lease($1, $2::bigint) AS held', [
      holder,
      begun.token,
    ]);
    if (lease?.held !== true) throw unavailable('the lease was lost; the next batch run tells readers');
    await kv.put(POINTER_KEY, JSON.stringify(begun.pointer)).catch(() => {
      throw unavailable(
        `snapshot ${wanted} is declared live, but KV did not take the pointer: send this again`,
      );
    });
    return begun.pointer;
  } finally {
    const released = sql.rows(z.unknown(), 'SELECT end_rollback($1, $2::bigint)', [holder, begun.token]);
    // A lease that is not let go lapses by itself in half a minute.
    await released.catch(() => undefined);
  }
}

async function previousOf({ sql }: Administration): Promise<number> {
  const previous = (await readSnapshots(sql)).find((snapshot) => snapshot.previous);
  if (previous === undefined) throw new ProblemError('conflict', 'there is no snapshot before the live one');
  return previous.snapshot_id;
}

async function readPointer(kv: AdminKv): Promise<Pointer | null> {
  const bytes = await kv.get(POINTER_KEY, FRESH);
  return bytes === null ? null : (Pointer.safeParse(jsonOf(new Uint8Array(bytes))).data ?? null);
}

/** Readers must never be sent to a snapshot that KV has lost: its manifest and a part of each table are read. */
async function requireWhole(kv: AdminKv, id: number): Promise<void> {
  const lost = new ProblemError('conflict', `KV no longer holds snapshot ${id} whole`);
  const bytes = await kv.get(manifestKey(id), FRESH);
  if (bytes === null) throw lost;
  try {
    const manifest = Manifest.parse(jsonOf(new Uint8Array(bytes)));
    if (!READABLE_FORMATS.includes(manifest.format)) throw lost;
    await Promise.all(
      TABLES.map(async (table) => {
        const part = manifest.tables[table]?.[0];
        if (part === undefined) return;
        const value = await kv.get(part.key, FRESH);
        if (value === null) throw lost;
        checkTablePart(table, new Uint8Array(value));
      }),
    );
  } catch (error) {
    // A KV that does not answer has lost nothing.
    throw error instanceof ProblemError ? error : lost;
  }
}
