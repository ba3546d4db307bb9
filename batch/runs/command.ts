import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';

const HELP = `
Steps: check, export, import, train, infer, load, gate, publish, prune. Each is recorded when it succeeds.
A run that was killed, stopped or failed for a reason that may pass is gone on with: same run, finished
steps skipped, jobs in Personalize found again by name and never made twice. A run that failed for good
(nothing to learn from, data refused, the same step failed five times) is closed, and the next one starts anew.
Readers see the old snapshot, whole, until publish moves the pointer. A run that the gate holds back ends with
5 and its reasons, and nothing of it is seen.

Examples:
  batch run              finish the unfinished run, or start a new one
  batch run --fresh      give up the unfinished run, start a new one
  batch status           how far it is, and what is live

Exit codes: 0 done · 1 failed · 2 bad command or configuration · 3 another batch is at work ·
            4 stopped before the end, run it again to go on · 5 held back by the gate`;

export function registerRun(program: Command, context: CommandContext): void {
  program
    .command('run')
    .description('make new recommendations from the orders and put them live')
    .option('--fresh', 'give up an unfinished run and start a new one', false)
    .addHelpText('after', HELP)
    .action(async (options: { fresh: boolean }) => {
      // Loaded when needed: the cloud clients take longer to load than most commands to run.
      const { runCommand } = await import('./runCommand.ts');
      await runCommand(context, options);
    });
}
