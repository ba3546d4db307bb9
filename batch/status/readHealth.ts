import type { Pool } from 'pg';
import { z } from 'zod';
import { judgeCoverage } from '../gate/gateChecks.ts';
import type { GateLimits } from '../gate/gateLimits.ts';
import type { HealthFacts } from './judgeHealth.ts';

const Live = z.object({
  snapshot_id: z.int(),
  generation: z.coerce.number(),
  made_at: z.date(),
  counts: z.record(z.string(), z.number()),
  sellable: z.int(),
});
const Source = z.object({
  source: z.string(),
  last_success_at: z.date().nullable(),
  newest_order_at: z.date().nullable(),
});

/** What Postgres knows of the health of what readers get. */
export async function readHealth(
  pool: Pool,
  limits: GateLimits,
): Promise<Pick<HealthFacts, 'live' | 'coverage' | 'sources'>> {
  const answer = await pool.query(
    `SELECT s.snapshot_id, l.generation, s.created_at AS made_at, s.counts,
            (SELECT count(*)::int FROM products WHERE available AND recommendable) AS sellable
     FROM live_pointer l JOIN snapshots s ON s.snapshot_id = l.live_snapshot_id`,
  );
  const live = answer.rows.length === 0 ? null : Live.parse(answer.rows[0]);
  const sources = await pool.query(
    'SELECT source, last_success_at, newest_order_at FROM sync_state ORDER BY source',
  );
  return {
    live,
    coverage: live === null ? [] : judgeCoverage(live, limits),
    sources: sources.rows.map((row) => Source.parse(row)),
  };
}
