import type { ClientBase } from 'pg';
import { z } from 'zod';
import { inTransaction } from '../db/pool.ts';
import { BatchError } from '../errors.ts';
import type { PublishContext } from '../publish/publishContext.ts';
import { publishLoaded } from '../publish/publishSnapshot.ts';
import { recordStep, setRun } from '../runs/runRecords.ts';
import { auditChange } from '../snapshots/audit.ts';
import type { StepCounts } from '../steps/step.ts';
import { GateReport } from './gateReport.ts';

export interface Force {
  readonly runId: string;
  /** Why, in the operator's words. */
  readonly why: string;
  /** Who says so. */
  readonly by: string;
}

/**
 * Puts a held snapshot live on somebody's word. That word is in the audit before any reader sees the snapshot; the
 * report keeps what was found. Call it with the lease held; repeating it after a crash goes on.
 */
export async function forceHeld(context: PublishContext, force: Force): Promise<StepCounts> {
  const { pool, lease } = context;
  await inTransaction(pool, async (client) => {
    await lease.assertHeld(client);
    await release(client, force);
  });
  const counts = await publishLoaded(context, force.runId);
  await recordStep(pool, { runId: force.runId, step: 'publish', status: 'succeeded', counts });
  await setRun(pool, force.runId, 'succeeded', null);
  return counts;
}

const Held = z.object({ snapshot_id: z.int(), state: z.string(), gate: GateReport.nullable() });

async function release(client: ClientBase, { runId, why, by }: Force): Promise<void> {
  const answer = await client.query(
    'SELECT snapshot_id, state, gate FROM snapshots WHERE run_id = $1 FOR UPDATE',
    [runId],
  );
  const held = answer.rows.length === 0 ? null : Held.parse(answer.rows[0]);
  // Forced before, by a process that did not get to the end.
  if (held?.state === 'ready' && held.gate?.verdict === 'forced') return;
  if (held?.state !== 'held' || held.gate === null) throw notHeld(runId, held?.state ?? null);
  const report = { ...held.gate, verdict: 'forced' };
  await client.query(`UPDATE snapshots SET state = 'ready', gate = $2 WHERE snapshot_id = $1`, [
    held.snapshot_id,
    JSON.stringify(report),
  ]);
  const reasons = held.gate.checks.filter(({ verdict }) => verdict === 'hold');
  await auditChange(client, {
    actor: by,
    action: 'snapshot.force',
    subject: String(held.snapshot_id),
    before: { held: reasons },
    after: { run_id: runId, why },
  });
}

function notHeld(runId: string, state: string | null): BatchError {
  const what = state === null ? 'there is no snapshot of that run' : `its snapshot is ${state}, not held`;
  return new BatchError({
    code: 'not_held',
    message: `run ${runId} cannot be published by force: ${what}`,
    remedy: 'batch status names the runs and how they ended; of held snapshots only the newest is kept',
  });
}
