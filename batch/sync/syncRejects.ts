import type pg from 'pg';
import type { Kind } from '../ingest/kinds.ts';
import { REJECT_REASONS } from '../ingest/rejectReason.ts';
import type { SourceReject } from '../sources/source.ts';

/** Kept for each source: enough to see what is wrong, whatever comes in. */
export const MOST_REJECTS = 5000;

interface PageRejects {
  readonly source: string;
  readonly kind: Kind;
  readonly rejects: readonly SourceReject[];
  /** A file that is read from its beginning ('': a whole list): what it had before no longer counts. */
  readonly replaces: string | null;
  /** Ids of records that are good now. */
  readonly accepted: readonly string[];
}

/** Writes down what could not be used, in the page's own transaction, and forgets what has been mended. */
export async function storeRejects(client: pg.ClientBase, page: PageRejects): Promise<void> {
  const { source, kind, rejects, replaces, accepted } = page;
  if (replaces !== null) {
    await client.query('DELETE FROM sync_rejects WHERE source = $1 AND kind = $2 AND place = $3', [
      source,
      kind,
      replaces,
    ]);
  } else if (accepted.length > 0) {
    await client.query(
      `DELETE FROM sync_rejects WHERE source = $1 AND kind = $2 AND place = '' AND record = ANY($3)`,
      [source, kind, accepted],
    );
  }
  if (rejects.length === 0) return;
  await client.query(
    `INSERT INTO sync_rejects (source, kind, place, record, reason, excerpt)
     SELECT DISTINCT ON (place, record) $1, $2, place, record, reason, excerpt
     FROM unnest($3::text[], $4::text[], $5::text[], $6::text[]) AS r (place, record, reason, excerpt)
     ON CONFLICT (source, kind, place, record) DO UPDATE
     SET reason = excluded.reason, excerpt = excluded.excerpt, seen_at = now()`,
    [
      source,
      kind,
      rejects.map((reject) => reject.place),
      rejects.map((reject) => reject.record),
      rejects.map((reject) => REJECT_REASONS[reject.reason]),
      rejects.map((reject) => reject.excerpt),
    ],
  );
  await client.query(
    `DELETE FROM sync_rejects WHERE source = $1 AND ctid NOT IN (
       SELECT ctid FROM sync_rejects WHERE source = $1 ORDER BY seen_at DESC LIMIT ${MOST_REJECTS})`,
    [source],
  );
}
