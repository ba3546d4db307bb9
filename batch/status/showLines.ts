import { describeCounts } from '../counts.ts';
import { consoleLink } from './consoleLink.ts';
import type { RunStatus, StatusRow } from './readStatus.ts';
import { age, mark, outcome, took } from './statusLines.ts';

/** What is kept of a run, for people: steps, each with its cloud jobs, what failed and what to do. */
export function showLines(now: Date, { run, steps, jobs }: RunStatus, datasetGroup: string): string[] {
  const lines = [
    `${mark(run)} run ${run.run_id} ${run.name}: ${run.status}, began ${run.started_at.toISOString()} (${age(now, run.started_at)} ago)`,
    ...(run.note === null ? [] : [`  training: ${run.note}`]),
    ...steps.flatMap((step) => [stepLine(now, step), ...jobs.filter(belongsTo(step)).flatMap(jobLines)]),
  ];
  if (run.error !== null && run.status !== 'succeeded') {
    lines.push(
      `  ${run.status}: ${run.error.message} [${run.error.code}]`,
      `  what to do: ${run.error.remedy}`,
    );
  }
  return lines;

  function jobLines(job: StatusRow): string[] {
    const counts = Object.keys(job.counts).length === 0 ? '' : `, ${describeCounts(job.counts)}`;
    const link = job.arn === null ? null : consoleLink(job.arn, datasetGroup);
    return [
      `      ${mark(job)} ${job.name}: ${job.status}${counts}${job.finished_at === null ? '' : `, ${took(now, job)}`}`,
      ...(job.error === null ? [] : [`          ${job.error.message}`]),
      ...(job.arn === null ? [] : [`          ${job.arn}`]),
      ...(link === null ? [] : [`          ${link}`]),
    ];
  }
}

function stepLine(now: Date, step: StatusRow): string {
  return `  ${mark(step)} ${step.name.padEnd(8)} ${took(now, step).padEnd(12)} ${outcome(step)}`;
}

/** Which step made a job, by the first part of its name. */
const STEP_OF: Readonly<Record<string, string>> = {
  import: 'import',
  training: 'train',
  'batch-inference': 'infer',
  'batch-segment': 'infer',
};

function belongsTo(step: StatusRow): (job: StatusRow) => boolean {
  return (job) => STEP_OF[job.name.split('/')[0] ?? ''] === step.name;
}
