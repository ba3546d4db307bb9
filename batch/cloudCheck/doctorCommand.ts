import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';
import { BatchError, EXIT } from '../errors.ts';

const HELP = `
--cloud tries every credential and right a run needs, before it spends anything: S3 by us and by Personalize,
iam:PassRole, the region, the KV token, the database, the clocks. What it writes it deletes or rolls back.

Examples:
  batch doctor --cloud
  batch doctor --cloud --json | jq '.[] | select(.ok == false)'

Exit codes: 0 nothing failed · 1 something failed, with its remedy`;

export function registerDoctor(program: Command, context: CommandContext): void {
  program
    .command('doctor')
    .description('look for what would make a run fail')
    .option('--cloud', 'credentials and rights', false)
    .option('--json', 'as JSON', false)
    .addHelpText('after', HELP)
    .action(async ({ cloud, json }: { cloud: boolean; json: boolean }) => {
      if (!cloud) {
        throw new BatchError({
          code: 'usage',
          message: 'batch doctor needs to be told what to look at',
          remedy: 'batch doctor --cloud looks at credentials and rights',
          exitCode: EXIT.usage,
        });
      }
      const { checkCloudsCommand } = await import('./command.ts');
      await checkCloudsCommand(context, { json });
    });
}
