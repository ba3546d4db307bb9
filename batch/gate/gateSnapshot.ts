import type { PoolClient } from 'pg';
import { z } from 'zod';
import { inTransaction } from '../db/pool.ts';
import { BatchError } from '../errors.ts';
import { evaluateLive } from '../evaluation/evaluateLive.ts';
import type { Evaluation } from '../evaluation/evaluation.ts';
import { storeEvaluation } from '../evaluation/evaluations.ts';
import { judgeEvaluation } from '../evaluation/judgeEvaluation.ts';
import type { StepContext, StepCounts } from '../steps/step.ts';
import { compareLists } from './compareLists.ts';
import { dropFormerHeld } from './dropFormerHeld.ts';
import { askWorkerFormats, judgeFormat, readLiveFormat } from './formatCheck.ts';
import { judgeSnapshot } from './gateChecks.ts';
import { heldError, recordReport, reportLines, reportOf } from './gateReport.ts';
import { type LiveSnapshot, readLiveSnapshot } from './liveSnapshot.ts';

/**
 * Judges the run's loaded snapshot before anybody sees it. Fails closed: what it finds wrong, and what goes wrong
 * here, leaves readers on the former snapshot. Throws BatchError `held` after recording the table of reasons.
 */
export async function gateSnapshot(context: StepContext): Promise<StepCounts> {
  const { pool, runId, config, lease, log, progress } = context;
  progress.update({ done: 0, note: 'reading lists' });
  const read = (client: PoolClient) => gatherFacts(client, context);
  const { snapshotId, checks, evaluation } = await inTransaction(
    pool,
    read,
    'ISOLATION LEVEL REPEATABLE READ READ ONLY',
  );
  const formats = await askWorkerFormats(config.gate.edgeUrl, context.signal);
  const liveFormat = await inTransaction(pool, readLiveFormat);
  const report = reportOf([...checks, judgeFormat(formats, liveFormat)]);
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

async function gatherFacts(client: PoolClient, { runId, config, clock }: StepContext) {
  const loaded = await readLoaded(client, runId);
  const live = await readLiveSnapshot(client);
  const lists = await compareLists(client, {
    snapshotId: loaded.snapshot_id,
    liveId: live?.snapshot_id ?? null,
  });
  const { engine, counts } = loaded;
  const facts = { counts, engine, lists, live, sellable: await countSellable(client) };
  const evaluation = await evaluate(client, live, clock());
  // Lists of another engine say nothing about this one.
  const judged = live?.engine === engine ? 'published' : null;
  return {
    snapshotId: loaded.snapshot_id,
    checks: [...judgeSnapshot(facts, config.gate), judgeEvaluation(evaluation, judged)],
    evaluation,
  };
}

async function evaluate(
  client: PoolClient,
  live: LiveSnapshot | null,
  now: Date,
): Promise<Evaluation | null> {
  return live === null ? null : evaluateLive(client, live, now);
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
