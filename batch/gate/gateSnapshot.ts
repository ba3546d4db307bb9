import type { PoolClient } from 'pg';
import { z } from 'zod';
import { inTransaction } from '../db/pool.ts';
import { BatchError } from '../errors.ts';
import { bakeOff } from '../evaluation/bakeOff.ts';
import { storeEvaluation } from '../evaluation/evaluations.ts';
import { judgeEvaluation } from '../evaluation/judgeEvaluation.ts';
import { embeddedRival } from '../evaluation/rivals.ts';
import type { StepContext, StepCounts } from '../steps/step.ts';
import { compareLists } from './compareLists.ts';
import { dropFormerHeld } from './dropFormerHeld.ts';
import { askWorkerFormats, judgeFormat, readLiveFormat } from './formatCheck.ts';
import { judgeSnapshot } from './gateChecks.ts';
import { heldError, recordReport, reportLines, reportOf } from './gateReport.ts';
import { readLiveSnapshot } from './liveSnapshot.ts';

/**
 * Judges the run's loaded snapshot before anybody sees it. Fails closed: what it finds wrong, and what goes wrong
 * here, leaves readers on the former snapshot. Throws BatchError `held` after recording the table of reasons.
 */
export async function gateSnapshot(context: StepContext): Promise<StepCounts> {
  const { pool, runId, config, lease, log, progress } = context;
  // A run that is done once more from here: what it published is what readers see, and stays.
  if (await isPublished(context)) return { checks: 0, warnings: 0 };
  progress.update({ done: 0, note: 'reading lists' });
  const read = (client: PoolClient) => gatherFacts(client, context);
  const { snapshotId, engine, checks } = await inTransaction(
    pool,
    read,
    'ISOLATION LEVEL REPEATABLE READ READ ONLY',
  );
  const { evaluation, check } = await backtest(context, engine);
  const formats = await askWorkerFormats(config.gate.edgeUrl, context.signal);
  const liveFormat = await inTransaction(pool, readLiveFormat);
  const report = reportOf([...checks, check, judgeFormat(formats, liveFormat)]);
  await inTransaction(pool, async (client) => {
    await lease.assertHeld(client);
    await recordReport(client, snapshotId, report);
    if (evaluation !== null) await storeEvaluation(client, runId, evaluation);
  });
  for (const line of reportLines(report, { all: report.verdict === 'held' })) log.warn(line);
  if (report.verdict === 'held') {
    await dropFormerHeld(context, snapshotId);
    throw heldError(runId, report);
  }
  const warnings = report.checks.filter(({ verdict }) => verdict === 'warn').length;
  return { checks: report.checks.length, warnings };
}

const Loaded = z.object({
  snapshot_id: z.int(),
  engine: z.enum(['aws', 'embedded']),
  counts: z.record(z.string(), z.number()),
});

async function gatherFacts(client: PoolClient, { runId, config }: StepContext) {
  const loaded = await readLoaded(client, runId);
  const live = await readLiveSnapshot(client);
  const lists = await compareLists(client, {
    snapshotId: loaded.snapshot_id,
    liveId: live?.snapshot_id ?? null,
  });
  const { engine, counts } = loaded;
  const facts = { counts, engine, lists, live, sellable: await countSellable(client) };
  return { snapshotId: loaded.snapshot_id, engine, checks: judgeSnapshot(facts, config.gate) };
}

/**
 * Compares the engines, as every run does, and judges the lists this run's engine made. Where the published embedded
 * lists did badly, its present ones are asked for before anything is held: what was wrong may be mended by now.
 */
async function backtest(context: StepContext, engine: 'aws' | 'embedded') {
  const rivals = embeddedRival(context.config);
  const evaluation = await bakeOff(context, rivals);
  const ofEngine = evaluation?.contestants.find((contestant) => contestant.engine === engine);
  const check = judgeEvaluation(evaluation, ofEngine?.name ?? null);
  const [rival] = rivals;
  if (check.verdict !== 'hold' || engine === 'aws' || ofEngine?.name !== 'published' || rival === undefined)
    return { evaluation, check };
  const again = await bakeOff(context, [rival], { published: false });
  return { evaluation: again, check: judgeEvaluation(again, 'embedded') };
}

async function isPublished({ pool, runId }: StepContext): Promise<boolean> {
  const answer = await pool.query(`SELECT 1 FROM snapshots WHERE run_id = $1 AND state = 'published'`, [
    runId,
  ]);
  return answer.rows.length > 0;
}

async function readLoaded(client: PoolClient, runId: string): Promise<z.infer<typeof Loaded>> {
  const answer = await client.query(
    `SELECT snapshot_id, engine, counts FROM snapshots WHERE run_id = $1 AND state IN ('ready', 'held')`,
    [runId],
  );
  if (answer.rows.length > 0) return Loaded.parse(answer.rows[0]);
  throw new BatchError({
    code: 'not_loaded',
    message: 'the run has no loaded snapshot to judge',
    remedy: 'batch run --fresh makes a new one; readers stay on the former snapshot',
    final: true,
  });
}

async function countSellable(client: PoolClient): Promise<number> {
  const answer = await client.query(
    'SELECT count(*)::int AS count FROM products WHERE available AND recommendable',
  );
  return z.object({ count: z.int() }).parse(answer.rows[0]).count;
}
