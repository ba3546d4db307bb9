import * as z from 'zod';
import { Manifest } from '../../shared/snapshot/manifest.ts';
import type { Clock } from '../clock.ts';
import type { PostgresSql } from './postgresSql.ts';
import type { Scope } from './scope.ts';
import { StoreError } from './storeError.ts';

/** A manifest without the names of its parts in KV. */
export const SnapshotRow = Manifest.omit({ tables: true, documents: true });
export type SnapshotRow = z.infer<typeof SnapshotRow>;

const Row = z.object({ manifest: SnapshotRow });

const STATEMENT = `
SELECT s.manifest - 'tables' - 'documents' AS manifest
FROM snapshots s, live_pointer l
WHERE s.snapshot_id IN ($1::integer, l.live_snapshot_id) AND s.manifest IS NOT NULL AND s.state <> 'pruned'
ORDER BY (s.snapshot_id = $1::integer) DESC NULLS LAST
LIMIT 1`;

/** Finds the snapshot to read in Postgres. */
export interface PostgresSnapshots {
  /** The wanted snapshot, or the live one when none is wanted or the wanted one is gone. */
  find(wanted: number | null, scope: Scope): Promise<SnapshotRow>;
}

export function createPostgresSnapshots(sql: PostgresSql, clock: Clock, ttlMs: number): PostgresSnapshots {
  const found = new Map<number | null, { row: SnapshotRow; until: number }>();
  return {
    async find(wanted, scope) {
      const known = found.get(wanted);
      if (known !== undefined && clock.now() < known.until) return known.row;
      const [row] = z.array(Row).parse(await sql.rows(scope, STATEMENT, [wanted]));
      if (row === undefined) throw new StoreError('missing', 'Postgres holds no live snapshot');
      found.clear();
      found.set(wanted, { row: row.manifest, until: clock.now() + ttlMs });
      return row.manifest;
    },
  };
}
