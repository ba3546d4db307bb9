import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';

const HELP = `
Scores lists on orders their makers could not know: the live snapshot's own on the orders since, the embedded engine's
(EMBEDDED_ENDPOINT) and popularity remade to the same cut-off. With too few orders since, on the last four weeks, kept
from the makers. First purchases of a product and repeats are told apart. Every run does it too; ENGINE=auto goes by it.
Amazon Personalize is not trained again for it, but with --paid, which MAX_RUN_COST and MAX_MONTH_COST must allow.

Examples:
  batch bakeoff --last       what the newest one found
  batch bakeoff              now
  batch bakeoff --paid       Amazon Personalize too, trained for it`;

export interface BakeOffOptions {
  readonly last: boolean;
  readonly paid: boolean;
  readonly json: boolean;
}

export function registerBakeOff(program: Command, context: CommandContext): void {
  program
    .command('bakeoff')
    .description('compare the engines’ lists with each other and with popularity')
    .option('--last', 'show the newest result', false)
    .option('--paid', 'train Amazon Personalize for it', false)
    .option('--json', 'as JSON', false)
    .addHelpText('after', HELP)
    .action(async (options: BakeOffOptions) => {
      const { bakeOffCommand } = await import('./bakeOffCommand.ts');
      await bakeOffCommand(context, options);
    });
}
