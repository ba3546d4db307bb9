import type { PersonalizeClient } from '@aws-sdk/client-personalize';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { Config } from '../config.ts';
import type { ResourceContext } from '../personalize/resourceContext.ts';
import type { AwsClients } from './awsClients.ts';
import { makeBucket, makeBucketPolicy } from './makeBucket.ts';
import { makeDatasets } from './makeDatasets.ts';
import { makeRole, roleName } from './makeRole.ts';
import { type SetupPart, setupFailed } from './part.ts';
import { partitionOf } from './policies.ts';

type SetupConfig = Pick<Config, 'environment' | 's3' | 'personalize'>;

interface Setup {
  readonly config: SetupConfig;
  readonly clients: AwsClients & { readonly personalize: PersonalizeClient };
  /** Null with the embedded engine. */
  readonly account: string | null;
  /** A role that is there already and stays as it is. */
  readonly adoptedRole: boolean;
  readonly resources: Omit<ResourceContext, 'config' | 'personalize'>;
  readonly onPart: (part: SetupPart) => void;
}

/**
 * Makes what is missing of bucket, bucket policy, role, dataset group, schemas and data sets, one after the
 * other: repeated, it makes nothing more. What may not be made is told, with the command for whoever may.
 */
export async function setUp({
  config,
  clients,
  account,
  adoptedRole,
  resources,
  onPart,
}: Setup): Promise<SetupPart[]> {
  const parts: SetupPart[] = [];
  const { bucket, prefix, region } = config.s3;
  const place = { bucket, prefix, region };
  async function make(what: string, work: () => Promise<SetupPart | SetupPart[]>): Promise<void> {
    try {
      for (const part of [await work()].flat()) {
        parts.push(part);
        onPart(part);
      }
    } catch (error) {
      throw setupFailed(what, error);
    }
  }
  await make('the bucket', () => makeBucket(clients.s3, place));
  if (account !== null) {
    await make('the bucket policy', () => makeBucketPolicy(clients.s3, place));
    const { environment } = config;
    if (!adoptedRole) await make('the role', () => makeRole(clients.iam, { environment, account, place }));
    else onPart({ what: 'role', state: 'was there', detail: config.personalize.roleArn });
  }
  await make('the dataset group', () =>
    makeDatasets({ ...resources, config, personalize: clients.personalize }),
  );
  return parts;
}

/** The account the credentials belong to. */
export async function readAccount(sts: STSClient): Promise<string> {
  try {
    const { Account } = await sts.send(new GetCallerIdentityCommand({}));
    if (Account === undefined) throw new Error('STS does not say which account this is');
    return Account;
  } catch (error) {
    throw setupFailed('the AWS account', error);
  }
}

export function roleArnOf(environment: string, account: string, region: string): string {
  return `arn:${partitionOf(region)}:iam::${account}:role/${roleName(environment)}`;
}
