import type { CommandContext } from '../command.ts';
import { withPool } from '../db/pool.ts';
import { BatchError, EXIT } from '../errors.ts';
import { datasetGroupName } from '../personalize/names.ts';
import { readRun, readRuns } from './readStatus.ts';
import { showLines } from './showLines.ts';
import { age, mark } from './statusLines.ts';

const FOLLOW_MS = 2000;

interface ShowOptions {
  /** Null: the newest. */
  readonly runId: string | null;
  readonly follow: boolean;
}

/** `batch show`: one run; with `follow` what changes of it, until no process is at work on it. */
export function showRun(context: CommandContext, { runId, follow }: ShowOptions): Promise<void> {
  return withPool(context.config('database').database.url, async (pool) => {
    let shown: readonly string[] = [];
    for (;;) {
      const found = await readRun(pool, runId);
      if (found === null) throw unknownRun(runId);
      const environment = found.run.name.split('/')[0] ?? '';
      const lines = showLines(context.clock(), found, datasetGroupName(environment));
      // Times pass in the lines of what is at work: only what else changed is told again.
      const fresh = lines.filter((line) => !shown.includes(withoutTimes(line)));
      for (const line of fresh) context.out(line);
      shown = lines.map(withoutTimes);
      if (!follow || found.run.status !== 'running') return;
      await context.sleep(FOLLOW_MS);
    }
  });
}

function withoutTimes(line: string): string {
  return line.replace(/\(?\d[\d.:]* (ms|s|min|h|days)( \d+ (s|min|h))?( ago\))?/g, '');
}

/** `batch runs`: one line a run, newest first. */
export function listRuns(context: CommandContext, limit: number): Promise<void> {
  return withPool(context.config('database').database.url, async (pool) => {
    const runs = await readRuns(pool, limit);
    if (runs.length === 0) context.out('no run yet: batch run');
    for (const { run, steps } of runs) {
      const last = steps.at(-1);
      const reached = run.status === 'succeeded' || last === undefined ? '' : ` in ${last.name}`;
      const why = run.error === null || run.status === 'succeeded' ? '' : `: ${run.error.message}`;
      const reuses =
        run.outputs_of === null || run.outputs_of === run.run_id ? '' : `, lists of ${run.outputs_of}`;
      context.out(
        `${mark(run)} ${run.run_id}  ${run.name}  ${run.status}${reached}${reuses}, ${age(context.clock(), run.started_at)} ago${why}`,
      );
    }
  });
}

function unknownRun(runId: string | null): BatchError {
  return new BatchError({
    code: 'no_run',
    message: runId === null ? 'there is no run yet' : `there is no run ${runId}`,
    remedy: 'batch runs lists the runs; batch run starts one',
    exitCode: EXIT.usage,
  });
}
