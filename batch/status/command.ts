import type { Command } from 'commander';
import { z } from 'zod';
import type { CommandContext } from '../command.ts';
import { BatchError, EXIT } from '../errors.ts';

const Options = z.object({ json: z.boolean(), runs: z.coerce.number().int().min(1).max(1000) });

export function registerStatus(program: Command, context: CommandContext): void {
  program
    .command('status')
    .description('show the last runs, the live snapshot, and what readers see')
    .option('--json', 'as one JSON object', false)
    .option('--runs <n>', 'how many runs', '5')
    .addHelpText('after', '\nExamples:\n  batch status\n  batch status --json --runs 1 | jq .live')
    .action(async (options) => {
      const read = Options.safeParse(options);
      if (!read.success) {
        throw new BatchError({
          code: 'usage',
          message: '--runs takes a whole number from 1 to 1000',
          remedy: 'for example: batch status --runs 5',
          exitCode: EXIT.usage,
        });
      }
      const { showStatus } = await import('./showStatus.ts');
      await showStatus(context, read.data);
    });
}
