import type pg from 'pg';
import { z } from 'zod';
import { KINDS, type Kind } from '../ingest/kinds.ts';

/** Where the next read of each kind begins, in the source's own words. */
const Cursors = z.partialRecord(z.enum(KINDS), z.string());
export type Cursors = z.infer<typeof Cursors>;

const State = z.object({
  cursor: z
    .string()
    .nullable()
    .transform((text) => Cursors.parse(JSON.parse(text ?? '{}'))),
  fingerprint: z.string().nullable(),
});

interface SyncState {
  readonly cursors: Cursors;
  /** Of the settings the source was last read with; null before the first read. */
  readonly fingerprint: string | null;
}

export async function readSyncState(client: pg.ClientBase, source: string): Promise<SyncState> {
  const { rows } = await client.query('SELECT cursor, fingerprint FROM sync_state WHERE source = $1', [
    source,
  ]);
  if (rows.length === 0) return { cursors: {}, fingerprint: null };
  const { cursor, fingerprint } = State.parse(rows[0]);
  return { cursors: cursor, fingerprint };
}

interface Begin {
  readonly source: string;
  readonly fingerprint: string;
  /** Forgets the cursors: everything is read again. */
  readonly full: boolean;
}

export async function recordAttempt(client: pg.ClientBase, begin: Begin): Promise<void> {
  await client.query(
    `INSERT INTO sync_state AS s (source, fingerprint, last_attempt_at) VALUES ($1, $2, now())
     ON CONFLICT (source) DO UPDATE
     SET fingerprint = excluded.fingerprint, last_attempt_at = now(),
         cursor = CASE WHEN $3 THEN NULL ELSE s.cursor END`,
    [begin.source, begin.fingerprint, begin.full],
  );
}

/** In the transaction of the page itself: so a page is never lost, and never read twice once it counts. */
export async function storeCursor(
  client: pg.ClientBase,
  { source, kind, cursor }: { readonly source: string; readonly kind: Kind; readonly cursor: string },
): Promise<void> {
  await client.query(
    `UPDATE sync_state
     SET cursor = (coalesce(cursor, '{}')::jsonb || jsonb_build_object($2::text, $3::text))::text
     WHERE source = $1`,
    [source, kind, cursor],
  );
}

/** Of the staged orders; before they vanish with their transaction. */
export async function recordNewestOrder(client: pg.ClientBase, source: string): Promise<void> {
  await client.query(
    `INSERT INTO sync_state AS s (source, newest_order_at)
     VALUES ($1, (SELECT max(ordered_at) FROM staged_orders))
     ON CONFLICT (source) DO UPDATE SET newest_order_at = greatest(s.newest_order_at, excluded.newest_order_at)`,
    [source],
  );
}

export async function recordSuccess(
  client: pg.ClientBase,
  { source, counts }: { readonly source: string; readonly counts: object },
): Promise<void> {
  await client.query(
    `UPDATE sync_state SET last_success_at = now(), last_error = NULL, counts = $2 WHERE source = $1`,
    [source, JSON.stringify(counts)],
  );
}

export async function recordFailure(
  client: pg.ClientBase,
  { source, error }: { readonly source: string; readonly error: string },
): Promise<void> {
  await client.query('UPDATE sync_state SET last_error = $2 WHERE source = $1', [source, error]);
}
