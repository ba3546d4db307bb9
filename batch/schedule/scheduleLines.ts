import { type CostLine, showUsd, type Usd } from '../cost/costLine.ts';
import type { TimesCount } from './countTimes.ts';
import { eventBridgeCron } from './eventBridge.ts';

export interface ScheduledTask {
  /** Name of the schedule: lower case and dashes. */
  readonly name: string;
  /** What comes after `batch`. */
  readonly command: string;
  readonly pattern: string;
  readonly count: TimesCount;
}

export interface Schedule {
  readonly environment: string;
  readonly timeZone: string;
  readonly tasks: readonly ScheduledTask[];
  /** Of a run that trains and infers; RETRAIN says which do. */
  readonly run: Usd;
  /** A month. */
  readonly trainings: number;
  readonly month: { readonly lines: readonly CostLine[]; readonly usd: Usd };
  /** What the runs of the busiest month would cost with Personalize, and what a month may. */
  readonly busiest: Usd;
  readonly maxMonthUsd: number;
}

/** The schedule for people: its times, its price, and the lines to paste. */
export function scheduleLines(schedule: Schedule): string[] {
  const { timeZone, tasks, run, trainings, month, busiest, maxMonthUsd } = schedule;
  const width = Math.max(...tasks.map(({ name }) => name.length));
  const over =
    busiest.high > maxMonthUsd
      ? [
          `Too often: the runs of the busiest month may cost ${showUsd(busiest)}, and MAX_MONTH_COST is $${maxMonthUsd}; runs above it are refused.`,
        ]
      : [];
  return [
    `Times in ${timeZone}`,
    ...tasks.map(
      ({ name, pattern, count }) =>
        `  ${name.padEnd(width)}  ${pattern.padEnd(14)}  ${perMonth(count)}, next ${count.next?.toISOString() ?? 'never'}`,
    ),
    `A month costs ${showUsd(month.usd)}: ${Number(trainings.toFixed(1))} runs train (RETRAIN), each ${showUsd(run)} with Amazon Personalize; batch cost shows what for`,
    ...over,
    '',
    '# crontab of a machine where the project lies in /opt/shop and its settings in /opt/shop/batch.env',
    '# (CRON_TZ is heeded by cronie; other crons go by the time zone of the machine)',
    `CRON_TZ=${timeZone}`,
    ...tasks.map(
      ({ pattern, command }) =>
        `${pattern} cd /opt/shop && node --env-file=batch.env --import tsx batch/main.ts ${command}`,
    ),
    '',
    '# Kubernetes: in infra/kubernetes.yaml, spec of the CronJob of that name',
    ...tasks.flatMap(({ name, pattern }) => [
      `# ${name}`,
      `schedule: "${pattern}"`,
      `timeZone: "${timeZone === 'UTC' ? 'Etc/UTC' : timeZone}"`,
    ]),
    '',
    '# ECS: EventBridge Scheduler starts the task of infra/ecs-task.json; the target names cluster, role and subnets',
    ...tasks.map((task) => ecsLine(schedule, task)),
  ];
}

function ecsLine({ environment, timeZone }: Schedule, { name, pattern }: ScheduledTask): string {
  return [
    `aws scheduler create-schedule --name ${environment}-${name}`,
    `--schedule-expression '${eventBridgeCron(pattern)}' --schedule-expression-timezone ${timeZone}`,
    `--flexible-time-window Mode=OFF --target file://infra/ecs-target-${name}.json`,
  ].join(' ');
}

function perMonth({ perMonth: average, mostInAMonth }: TimesCount): string {
  const shown = Number(average.toFixed(1));
  return shown === mostInAMonth ? `${shown} a month` : `${shown} a month, at most ${mostInAMonth}`;
}
