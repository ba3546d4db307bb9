import type { Pool } from 'pg';
import { z } from 'zod';
import { Manifest, partsOf } from '../../shared/snapshot/manifest.ts';
import { userRecordBytes } from '../../shared/snapshot/userRecord.ts';
import type { Config } from '../config.ts';
import { TRAINABLE_LINES } from '../db/trainable.ts';
import { trainedInteractions } from '../personalize/exported.ts';
import { partsFor } from '../publish/ranges.ts';
import { USER_SHARD_BYTES } from '../publish/snapshotParts.ts';
import type { StepCounts, StepName } from '../steps/step.ts';
import { RECIPES } from '../storage/paths.ts';
import { datasetBytes, type RunPlan, type RunVolume } from './personalizeCost.ts';
import type { MonthVolume } from './platformCost.ts';

const count = z.coerce.number();
const Trainable = z.object({
  users: count,
  sold_items: count,
  interactions: count,
  items: count,
  sellable: count,
});

/** What a run would send to Personalize now, counted as the export would. */
export async function readRunVolume(
  pool: Pool,
  { segments }: Pick<Config['personalize'], 'segments'>,
): Promise<RunVolume> {
  const answer = await pool.query(
    `WITH lines AS (SELECT customer_number, item_number FROM (${TRAINABLE_LINES}) AS t),
          sold AS (SELECT DISTINCT item_number FROM lines)
     SELECT (SELECT count(DISTINCT customer_number) FROM lines) AS users,
            (SELECT count(*) FROM sold) AS sold_items,
            (SELECT count(*) FROM lines) AS interactions,
            (SELECT count(*) FROM products WHERE recommendable) AS items,
            (SELECT count(*) FROM sold JOIN products USING (item_number) WHERE available) AS sellable`,
  );
  const { users, sold_items: soldItems, interactions, items, sellable } = Trainable.parse(answer.rows[0]);
  const segmentItems = segments.enabled ? Math.min(segments.items, sellable) : 0;
  return { users, items, soldItems, interactions, segmentItems, segmentUsers: segments.users };
}

/** What was really exported, from the counts of the export step; null before it. */
export function exportedVolume(
  earlier: ReadonlyMap<StepName, StepCounts>,
  segmentUsers: number,
): RunVolume | null {
  const counts = earlier.get('export');
  if (counts === undefined) return null;
  const { users = 0, items = 0, item_lines = 0, segment_lines = 0 } = counts;
  const interactions = trainedInteractions(earlier);
  return { users, items, interactions, soldItems: item_lines, segmentItems: segment_lines, segmentUsers };
}

const TrainedHours = z.array(z.object({ name: z.string(), hours: z.number() }));

/** Hours billed for the newest training of each recipe, as Personalize told them. */
export async function readTrainedHours(pool: Pool, place: string): Promise<RunPlan['trainedHours']> {
  const { rows } = await pool.query(
    `SELECT DISTINCT ON (j.name) j.name, (j.counts->>'training_hours')::float8 AS hours
     FROM batch_job_metadata j JOIN batch_job_metadata r ON r.run_id = j.run_id AND r.kind = 'run' AND r.name = $1
     WHERE j.kind = 'job' AND j.name LIKE 'training/%' AND j.status = 'succeeded' AND j.counts ? 'training_hours'
     ORDER BY j.name, j.id DESC`,
    [place],
  );
  const hours = new Map(TrainedHours.parse(rows).map((row) => [row.name, row.hours]));
  return Object.fromEntries(
    RECIPES.flatMap((recipe) => {
      const known = hours.get(`training/${recipe}`);
      return known === undefined ? [] : [[recipe, known]];
    }),
  );
}

/** Personalize works for hours on a run of this size; a container that waits for it is up as long. */
const AWS_RUN_MINUTES = 240;
const EMBEDDED_MINUTES_PER_MILLION = 2;
const SYNC_MINUTES = 2;
/** Of a list of 50 items with their scores, and of 50 similar items, as Personalize writes them. */
const OUTPUT_BYTES = { user: 1300, item: 700 } as const;
const S3_OBJECTS = 20;
/** Parts beside the customers' shards, manifest and pointer; bytes of a product's card and lists. */
const OTHER_PARTS = 15;
const ITEM_BYTES = 1000;

const Sizes = z.object({
  database: count,
  snapshot: count,
  manifest: Manifest.nullable(),
  minutes: z.number().nullable(),
});

interface MonthAssumptions {
  readonly runs: number;
  readonly syncs: number;
  readonly requests: number;
}

/** What a month asks of the other providers: measured where a run has left figures, else estimated from the counts. */
export async function readMonthVolume(
  pool: Pool,
  {
    config,
    volume,
    assumed,
  }: {
    readonly config: Pick<Config, 'environment' | 'personalize' | 'lengths'>;
    readonly volume: RunVolume;
    readonly assumed: MonthAssumptions;
  },
): Promise<MonthVolume> {
  const { engine } = config.personalize;
  const answer = await pool.query(SIZES, [`${config.environment}/${engine}`]);
  const { database, snapshot, manifest, minutes } = Sizes.parse(answer.rows[0]);
  const layout = { ...config.lengths, item_width: volume.items < 65_536 ? (2 as const) : (3 as const) };
  const recordBytes = userRecordBytes(layout);
  const parts = manifest === null ? null : partsOf(manifest);
  const inferred = volume.users * OUTPUT_BYTES.user + volume.soldItems * OUTPUT_BYTES.item;
  const guess =
    engine === 'aws' ? AWS_RUN_MINUTES : 1 + (EMBEDDED_MINUTES_PER_MILLION * volume.interactions) / 1e6;
  return {
    ...assumed,
    kvWritesPerRun:
      parts === null ? partsFor(volume.users, recordBytes, USER_SHARD_BYTES) + OTHER_PARTS : parts.length + 2,
    kvBytes:
      parts?.reduce((sum, { bytes }) => sum + bytes, 0) ??
      volume.users * (recordBytes + 8) + volume.items * ITEM_BYTES,
    s3ObjectsPerRun: S3_OBJECTS,
    s3BytesPerRun: datasetBytes(volume) + inferred,
    databaseBytes: database,
    databasePeakBytes: database + (snapshot === 0 ? volume.users * (recordBytes + 60) : snapshot),
    runMinutes: minutes ?? guess,
    syncMinutes: SYNC_MINUTES,
  };
}

/** A publish holds one more snapshot than there is at rest: the largest there is tells how much that takes. */
const SIZES = `
  SELECT pg_database_size(current_database()) AS database,
         coalesce((SELECT max(bytes) FROM (
           SELECT sum(pg_total_relation_size(c.oid)) AS bytes
           FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class parent ON parent.oid = i.inhparent
           WHERE parent.relname IN ('snapshot_users', 'snapshot_lists') AND c.relkind = 'r'
           GROUP BY substring(c.relname FROM '[0-9]+$')) AS by_snapshot), 0) AS snapshot,
         (SELECT s.manifest FROM live_pointer p JOIN snapshots s ON s.snapshot_id = p.live_snapshot_id) AS manifest,
         (SELECT extract(epoch FROM sum(step.finished_at - step.started_at))::float8 / 60
          FROM batch_job_metadata step
          WHERE step.kind = 'step' AND step.run_id = (
            SELECT run_id FROM batch_job_metadata
            WHERE kind = 'run' AND name = $1 AND status = 'succeeded' ORDER BY id DESC LIMIT 1)) AS minutes`;
