import type { Command } from 'commander';
import { z } from 'zod';
import type { CommandContext } from '../command.ts';
import { BatchError, EXIT } from '../errors.ts';

const Limit = z.coerce.number().int().min(1).max(10_000);

export function registerRuns(program: Command, context: CommandContext): void {
  program
    .command('runs')
    .description('list the runs, newest first')
    .option('--limit <n>', 'how many', '20')
    .addHelpText('after', '\nExample: batch runs --limit 100')
    .action(async (options: { limit: string }) => {
      const limit = Limit.safeParse(options.limit);
      if (!limit.success) {
        throw new BatchError({
          code: 'usage',
          message: '--limit takes a whole number from 1 to 10000',
          remedy: 'for example: batch runs --limit 20',
          exitCode: EXIT.usage,
        });
      }
      const { listRuns } = await import('./showRun.ts');
      await listRuns(context, limit.data);
    });
}

export function registerShow(program: Command, context: CommandContext): void {
  program
    .command('show')
    .argument('[run]', 'id of a run, as batch runs lists them [the newest]')
    .description('show a run: steps, cloud jobs with ARN and console link, what failed and what to do')
    .option('--follow', 'tell what changes, until no process is at work on it', false)
    .addHelpText(
      'after',
      '\nExamples:\n  batch show\n  batch show 20261101-020000-7f3a\n  batch show --follow',
    )
    .action(async (run: string | undefined, { follow }: { follow: boolean }) => {
      const { showRun } = await import('./showRun.ts');
      await showRun(context, { runId: run ?? null, follow });
    });
}
