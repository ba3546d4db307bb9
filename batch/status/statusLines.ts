import type { Pointer } from '../../shared/snapshot/manifest.ts';
import { describeCounts } from '../counts.ts';
import type { EngineChoice } from '../evaluation/chooseEngine.ts';
import type { Evaluation } from '../evaluation/evaluation.ts';
import { resultLines } from '../evaluation/resultLines.ts';
import { type NewestReport, reportLines } from '../gate/gateReport.ts';
import { describeDuration } from '../progressScreen.ts';
import type { LiveStatus, RunStatus, StatusRow } from './readStatus.ts';

export interface KvStatus {
  readonly pointer: Pointer | null;
  /** Why it is not known, or null. */
  readonly problem: string | null;
}

interface Status {
  readonly now: Date;
  readonly runs: readonly RunStatus[];
  readonly live: LiveStatus | null;
  readonly kv: KvStatus;
  /** What the gate found in the newest snapshot. */
  readonly gate: NewestReport | null;
  /** The newest bake-off. */
  readonly evaluation: Evaluation | null;
  readonly engine: EngineChoice | null;
}

/** The status for people. */
export function statusLines({ now, runs, live, kv, gate, evaluation, engine }: Status): string[] {
  return [
    ...liveLines(now, live),
    readersLine(live, kv),
    '',
    ...gateLines(gate),
    ...(engine === null ? [] : [`engine: auto, the next run takes ${engine.engine}: ${engine.why}`]),
    ...(evaluation === null ? [] : [...resultLines(evaluation), '']),
    ...(runs.length === 0 ? ['no run yet: batch run'] : runs.flatMap((run) => runLines(now, run))),
  ];
}

/** Only what is wrong, or was once. */
function gateLines(gate: NewestReport | null): string[] {
  if (gate === null) return [];
  const lines = reportLines(gate.report, { all: gate.report.verdict === 'held' });
  return lines.length === 0
    ? []
    : [`gate: run ${gate.run_id} ${gate.report.verdict}`, ...lines.map((line) => `  ${line}`), ''];
}

function liveLines(now: Date, live: LiveStatus | null): string[] {
  if (live === null) return ['live: nothing has been published yet'];
  const until = live.data_until === null ? '' : `, orders until ${day(live.data_until)}`;
  return [
    `live: snapshot ${live.snapshot_id} (generation ${live.generation}, ${live.engine} engine), published ${age(now, live.published_at)} ago${until}`,
    `      ${describeCounts(live.counts)}; before it: ${live.previous_snapshot_id === null ? 'none' : `snapshot ${live.previous_snapshot_id}`}`,
  ];
}

function readersLine(live: LiveStatus | null, { pointer, problem }: KvStatus): string {
  if (problem !== null) return `readers: ${problem}`;
  if (pointer === null)
    return `readers: KV is empty${live === null ? '' : ', they are answered from Postgres: batch publish fills it again'}`;
  const agrees = pointer.live === live?.snapshot_id && pointer.generation === live.generation;
  const verdict = agrees ? 'as intended' : 'NOT as intended: batch publish puts it right';
  return `readers: snapshot ${pointer.live} (generation ${pointer.generation}), ${verdict}`;
}

function runLines(now: Date, { run, steps, jobs }: RunStatus): string[] {
  const head = `${mark(run)} run ${run.run_id} ${run.name}: ${run.status}, began ${age(now, run.started_at)} ago`;
  return [
    head,
    ...steps.map(
      (step) => `    ${mark(step)} ${step.name.padEnd(8)} ${took(now, step).padEnd(12)} ${outcome(step)}`,
    ),
    ...jobs
      .filter(({ status }) => status !== 'succeeded')
      .map((job) => `    ${mark(job)} ${job.name}: ${outcome(job)}`),
    ...(run.error !== null && run.status !== 'succeeded' ? [`    what to do: ${run.error.remedy}`] : []),
  ];
}

export function outcome({ status, counts, error, note }: StatusRow): string {
  if (status === 'succeeded') return describeCounts(counts);
  if (status === 'skipped' && note !== null) return `skipped: ${note}`;
  return error === null ? status : `${status}: ${error.message}`;
}

const MARKS: Readonly<Record<string, string>> = {
  succeeded: '✓',
  failed: '✗',
  interrupted: '✗',
  running: '…',
  waiting: '…',
  held: '!',
};

export function mark({ status }: StatusRow): string {
  return MARKS[status] ?? '-';
}

export function took(now: Date, { started_at, finished_at }: StatusRow): string {
  return describeDuration((finished_at ?? now).getTime() - started_at.getTime());
}

export function age(now: Date, then: Date): string {
  const days = (now.getTime() - then.getTime()) / 86_400_000;
  return days >= 2 ? `${Math.floor(days)} days` : describeDuration(Math.max(0, days * 86_400_000));
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
