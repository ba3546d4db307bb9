import type { ClientBase, Pool } from 'pg';
import { z } from 'zod';
import { BatchError, EXIT } from '../errors.ts';
import type { GateCheck } from './gateChecks.ts';

/** What is kept of the gate's look at a snapshot (snapshots.gate). */
export const GateReport = z.object({
  verdict: z.enum(['passed', 'held', 'forced']),
  checks: z.array(
    z.object({
      check: z.string(),
      verdict: z.enum(['pass', 'warn', 'hold']),
      found: z.string(),
      limit: z.string(),
      remedy: z.string(),
    }),
  ),
});
export type GateReport = z.infer<typeof GateReport>;

/** Passed unless a check holds. */
export function reportOf(checks: readonly GateCheck[]): GateReport {
  return {
    verdict: checks.some(({ verdict }) => verdict === 'hold') ? 'held' : 'passed',
    checks: [...checks],
  };
}

/** Writes the report to the snapshot; a held one is in the state `held`, any other stays `ready`. */
export async function recordReport(
  client: ClientBase,
  snapshotId: number,
  report: GateReport,
): Promise<void> {
  const state = report.verdict === 'held' ? 'held' : 'ready';
  await client.query('UPDATE snapshots SET gate = $2, state = $3 WHERE snapshot_id = $1', [
    snapshotId,
    JSON.stringify(report),
    state,
  ]);
}

export interface NewestReport {
  readonly run_id: string;
  readonly report: GateReport;
}

/** Of the newest snapshot that was judged; null before the first. */
export async function readNewestReport(pool: Pool): Promise<NewestReport | null> {
  const answer = await pool.query(
    'SELECT run_id, gate AS report FROM snapshots WHERE gate IS NOT NULL ORDER BY snapshot_id DESC LIMIT 1',
  );
  if (answer.rows.length === 0) return null;
  return z.object({ run_id: z.string(), report: GateReport }).parse(answer.rows[0]);
}

const MARKS = { pass: '✓', warn: '!', hold: '✗' } as const;

/** The table of reasons, one or two lines a check; those that pass only when `all`. */
export function reportLines({ checks }: GateReport, { all }: { readonly all: boolean }): string[] {
  return checks
    .filter(({ verdict }) => all || verdict !== 'pass')
    .flatMap(({ check, verdict, found, limit, remedy }) => [
      `${MARKS[verdict]} ${check.padEnd(18)} ${found}; wanted: ${limit}`,
      ...(remedy === '' || verdict === 'pass' ? [] : [`  ${''.padEnd(18)} what to do: ${remedy}`]),
    ]);
}

/** The end of a run whose snapshot must not go live. */
export function heldError(runId: string, { checks }: GateReport): BatchError {
  const reasons = checks.filter(({ verdict }) => verdict === 'hold').map(({ check }) => check);
  return new BatchError({
    code: 'held',
    message: `run ${runId} is held back by ${reasons.join(', ')}; readers stay on the former snapshot`,
    remedy: `follow the table above (batch status shows it again), then batch run; or batch publish --run ${runId} --force --why "…" puts it live all the same`,
    final: true,
    exitCode: EXIT.held,
  });
}
