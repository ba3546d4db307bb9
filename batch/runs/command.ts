import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';
import { EXIT_CODES } from '../errors.ts';
import { notifying } from '../notify/notifying.ts';
import { STEP_NAMES } from '../steps/step.ts';

const HELP = `
Steps: ${STEP_NAMES.join(', ')}. Each is recorded when it succeeds.
A run that was killed, stopped or failed for a reason that may pass is gone on with: same run, finished
steps skipped, jobs in Personalize found again by name and never made twice. A run that failed for good
(nothing to learn from, data refused, the same step failed five times) is closed, and the next one starts anew.
Readers see the old snapshot, whole, until publish moves the pointer. A run that the gate holds back ends with
5 and its reasons, and nothing of it is seen.

RETRAIN says when a run trains and infers; otherwise it skips export to infer, loads what the newest
training gave, and still brings fresh popular, paired and trending lists.

Examples:
  batch run                  finish the unfinished run, or start a new one
  batch run --fresh          give up the unfinished run, start a new one
  batch run --no-wait        for a schedule of ticks: end while cloud jobs are at work, go on at the next tick
  batch run --dry-run        what it would make in the cloud, and from how much; makes nothing
  batch run --until infer    stop before anything is loaded; batch run goes on
  batch run --from load      the newest run again from its outputs, also when it is closed
  batch run --only publish   one step of the newest run
  batch show --follow        how far it is, job by job

${EXIT_CODES}`;

export interface RunCommandOptions {
  readonly fresh: boolean;
  readonly wait: boolean;
  readonly dryRun: boolean;
  readonly only?: string;
  readonly from?: string;
  readonly until?: string;
}

export function registerRun(program: Command, context: CommandContext): void {
  program
    .command('run')
    .description('make new recommendations from the orders and put them live')
    .option('--fresh', 'give up an unfinished run and start a new one', false)
    .option('--no-wait', 'end as waiting when only cloud jobs are left to wait for')
    .option('--only <step>', 'do that step of the newest run, again if need be')
    .option('--from <step>', 'do that step of the newest run and all behind it, again if need be')
    .option('--until <step>', 'stop behind that step')
    .option('--dry-run', 'say what would be made in the cloud, make nothing', false)
    .addHelpText('after', HELP)
    .action(async (options: RunCommandOptions) => {
      // Loaded when needed: the cloud clients take longer to load than most commands to run.
      if (options.dryRun) {
        const { dryRun } = await import('./dryRun.ts');
        return dryRun(context, options);
      }
      const { runCommand } = await import('./runCommand.ts');
      await notifying(context, () => runCommand(context, options));
    });
}
