import type { Command } from 'commander';
import { z } from 'zod';
import type { CommandContext } from '../command.ts';
import { BatchError, EXIT } from '../errors.ts';
import { notifying } from '../notify/notifying.ts';

const Options = z.object({
  json: z.boolean(),
  check: z.boolean(),
  notify: z.boolean(),
  runs: z.coerce.number().int().min(1).max(1000),
});

const HELP = `
--check looks at age and coverage of the live snapshot, at the last sync and newest order of each source, and at KV.
MAX_SNAPSHOT_AGE_DAYS and MAX_SYNC_AGE_HOURS say how old is too old.

Examples:
  batch status
  batch status --json --runs 1 | jq .live
  batch status --check || alert
  batch status --check --notify      once a day, from a schedule

Exit codes: 0 · 1 with --check: something is wrong, named on standard output`;

export function registerStatus(program: Command, context: CommandContext): void {
  program
    .command('status')
    .description('show the last runs, the live snapshot, and what readers see')
    .option('--json', 'as one JSON object', false)
    .option('--runs <n>', 'how many runs', '5')
    .option('--notify', 'with --check: tell the webhook of NOTIFY_URL when something is wrong', false)
    .option('--check', 'for monitors: exit 0 only when readers get what they should', false)
    .addHelpText('after', HELP)
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
      if (read.data.check) {
        const { checkStatus } = await import('./checkStatus.ts');
        const check = () => checkStatus(context, read.data);
        if (read.data.notify) await notifying(context, check);
        else await check();
        return;
      }
      const { showStatus } = await import('./showStatus.ts');
      await showStatus(context, read.data);
    });
}
