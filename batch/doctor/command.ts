import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';

const HELP = `
Looks for duplicates, impossible dates, gaps in time, unknown customers and products, ids that only case or blanks
tell apart, dummy contacts, bulk buyers, postage and fees, unmatched places, and how far the shop is from Amazon
Personalize's minimums. Changes nothing; two million lines take seconds. Every batch run looks too, before anything
is exported: errors stop it, warnings do not, notes are told here only.

--cloud tries every credential and right a run needs instead, before it spends anything: S3 by us and by Personalize,
iam:PassRole, the region, the KV token, the database, the clocks. What it writes it deletes or rolls back.

Examples:
  batch doctor
  batch doctor --cloud
  batch doctor --json | jq '.[] | select(.severity == "error")'

Exit codes: 0 nothing wrong · 1 errors, with their remedies`;

export function registerDoctor(program: Command, context: CommandContext): void {
  program
    .command('doctor')
    .description('look for what is wrong with the data, or with credentials and rights')
    .option('--cloud', 'look at credentials and rights instead', false)
    .option('--json', 'as JSON', false)
    .addHelpText('after', HELP)
    .action(async ({ cloud, json }: { cloud: boolean; json: boolean }) => {
      if (cloud) {
        const { checkCloudsCommand } = await import('../cloudCheck/command.ts');
        return checkCloudsCommand(context, { json });
      }
      const { examineCommand } = await import('./examineCommand.ts');
      await examineCommand(context, { json });
    });
}
