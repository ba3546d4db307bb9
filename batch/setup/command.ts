import type { Command } from 'commander';
import { z } from 'zod';
import type { CommandContext } from '../command.ts';
import type { SetupInput } from './runSetup.ts';
import { type Ask, type Flags, settleSettings } from './settle.ts';

const HELP = `
Makes, or finds, the bucket, its policy, the role of Personalize, the dataset group, schemas and data sets; trains
nothing and pays for nothing. Safe to repeat. The cost of the runs to come is shown first. Whatever the credentials
may not do is printed for whoever may. Existing resources are adopted: PERSONALIZE_ROLE_ARN, DATASET_GROUP_ARN,
SOLUTION_ARNS, and a bucket by its name.

Examples:
  batch setup                                             asks for what is not set
  batch setup --environment production --region eu-central-1 --bucket shop-results --yes --write`;

const Options = z.object({
  environment: z.string().optional(),
  region: z.string().optional(),
  bucket: z.string().optional(),
  prefix: z.string().optional(),
  role: z.string().optional(),
  datasetGroup: z.string().optional(),
  yes: z.boolean(),
  write: z.boolean(),
});

/** `batch setup`: everything a first run on AWS needs. */
export function registerSetup(program: Command, context: CommandContext, input: SetupInput): void {
  program
    .command('setup')
    .description('make what a first run needs on AWS: bucket, role, policies, dataset group')
    .option('--environment <name>', 'goes into every name, e.g. production [ENVIRONMENT]')
    .option('--region <name>', '[AWS_REGION]')
    .option('--bucket <name>', '[S3_BUCKET]')
    .option('--prefix <folder>', 'folder in the bucket [S3_PREFIX]')
    .option('--role <arn>', 'role to adopt [PERSONALIZE_ROLE_ARN]')
    .option('--dataset-group <arn>', 'dataset group to adopt [DATASET_GROUP_ARN]')
    .option('--yes', 'do not ask', false)
    .option('--write', 'write the settings into batch.config.json (CONFIG_FILE)', false)
    .addHelpText('after', HELP)
    .action(async (raw: unknown) => {
      const options = Options.parse(raw);
      const settled = await settleSettings({
        env: input.env,
        file: input.file(),
        flags: flagsOf(options),
        ask: input.isInteractive && !options.yes ? askAtTerminal : null,
      });
      // Loaded when needed: the cloud clients take longer to load than most commands to run.
      const { runSetup } = await import('./runSetup.ts');
      await runSetup(context, input, { ...options, settled });
    });
}

function flagsOf(options: z.infer<typeof Options>): Flags {
  const { environment, region, bucket, prefix, role, datasetGroup } = options;
  return Object.fromEntries(
    Object.entries({
      ENVIRONMENT: environment,
      AWS_REGION: region,
      S3_BUCKET: bucket,
      S3_PREFIX: prefix,
      PERSONALIZE_ROLE_ARN: role,
      DATASET_GROUP_ARN: datasetGroup,
    }).filter(([, value]) => value !== undefined),
  );
}

const askAtTerminal: Ask = async ({ name, present }) => {
  const { input } = await import('@inquirer/prompts');
  const { variable } = await import('../variables.ts');
  return input({ message: `${name} (${variable(name).about})`, default: present, required: true });
};
