import type { PersonalizeClient } from '@aws-sdk/client-personalize';
import type { CommandContext } from '../command.ts';
import { readConfig } from '../config.ts';
import type { ConfigFile } from '../configFile.ts';
import type { Environment } from '../configValues.ts';
import { engineOf } from '../engineOf.ts';
import { BatchError, EXIT } from '../errors.ts';
import { createPersonalizeClient } from '../personalize/client.ts';
import { type AwsClients, createAwsClients } from './awsClients.ts';
import { costOfSetup } from './costOfSetup.ts';
import { partLine, whatRemains, writeSettings } from './outcome.ts';
import { readAccount, roleArnOf, setUp } from './setUp.ts';

export interface SetupInput {
  readonly env: Environment;
  readonly file: () => ConfigFile | null;
  /** Whether somebody sits at the terminal. */
  readonly isInteractive: boolean;
  /** Instead of those to AWS. */
  readonly clients?: AwsClients & { readonly personalize: PersonalizeClient };
}

interface SettledOptions {
  readonly settled: Environment;
  readonly yes: boolean;
  readonly write: boolean;
}

/** Shows what runs will cost, asks, makes what is missing, and says what is left to do. */
export async function runSetup(
  context: CommandContext,
  input: SetupInput,
  { settled, yes, write }: SettledOptions,
): Promise<void> {
  const file = input.file();
  const { environment, s3 } = readConfig(settled, ['environment', 's3'], file);
  const clients = input.clients ?? createAwsClients(s3);
  const endpoint = settled['AWS_ENDPOINT_URL_PERSONALIZE'] ?? file?.values['AWS_ENDPOINT_URL_PERSONALIZE'];
  const account = engineOf(endpoint) === 'aws' ? await readAccount(clients.sts) : null;
  const adopted = settled['PERSONALIZE_ROLE_ARN'] ?? file?.values['PERSONALIZE_ROLE_ARN'];
  const role =
    account === null ? {} : { PERSONALIZE_ROLE_ARN: adopted ?? roleArnOf(environment, account, s3.region) };
  const config = readConfig(
    { ...settled, ...role },
    ['environment', 's3', 'personalize', 'lengths', 'money', 'policy'],
    file,
  );
  for (const line of await costOfSetup(context, { config, settled, file })) context.out(line);
  if (!(yes || (await isAgreed(input, { environment, bucket: s3.bucket })))) throw notAgreed(input);
  const parts = await setUp({
    config,
    clients: { personalize: createPersonalizeClient(config.personalize), ...clients },
    account,
    adoptedRole:
      adopted !== undefined && adopted !== '' && adopted !== roleArnOf(environment, account ?? '', s3.region),
    resources: {
      clock: context.clock,
      random: Math.random,
      sleep: context.sleep,
      progress: context.progress.step('setup'),
      log: context.log,
      wait: true,
    },
    onPart: (part) => context.out(partLine(part)),
  });
  for (const line of whatRemains(config, parts, account)) context.out(line);
  if (write)
    context.out(`written: ${await writeSettings(file?.path ?? settled['CONFIG_FILE'], config, account)}`);
}

async function isAgreed(
  { isInteractive }: SetupInput,
  { environment, bucket }: { readonly environment: string; readonly bucket: string },
): Promise<boolean> {
  if (!isInteractive) return false;
  const { confirm } = await import('@inquirer/prompts');
  return confirm({
    message: `Make what is missing for ${environment}, in bucket ${bucket}?`,
    default: false,
  });
}

function notAgreed({ isInteractive }: SetupInput): BatchError {
  return new BatchError({
    code: 'not_agreed',
    message: isInteractive ? 'nothing was made' : 'nobody is there to ask, so nothing was made',
    remedy: 'batch setup --yes makes it without asking',
    exitCode: EXIT.usage,
  });
}
