import type { IAMClient } from '@aws-sdk/client-iam';
import { ListDatasetGroupsCommand, type PersonalizeClient } from '@aws-sdk/client-personalize';
import type { S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { Pool } from 'pg';
import type { Config } from '../config.ts';
import { explainPersonalizeError } from '../personalize/errors.ts';
import type { KvStore } from '../publish/kvStore.ts';
import { type CloudRow, look } from './look.ts';
import { lookAtBucketPolicy, lookAtOurRights } from './lookAtBucket.ts';
import { lookAtClocks } from './lookAtClocks.ts';
import { lookAtDatabase } from './lookAtDatabase.ts';
import { lookAtKv } from './lookAtKv.ts';
import { lookAtRights } from './lookAtRights.ts';

export interface CloudContext {
  readonly config: Pick<Config, 'environment' | 's3' | 'personalize' | 'kv'>;
  readonly pool: Pool;
  readonly s3: S3Client;
  readonly iam: IAMClient;
  readonly sts: STSClient;
  readonly personalize: PersonalizeClient;
  readonly kv: KvStore;
  readonly fetch: typeof fetch;
  readonly clock: () => Date;
  /** Names what the checks write, so that two at once do not meet. */
  readonly probe: string;
}

/**
 * Every credential and right a run needs, tried or asked for, before anything is spent. What is written is
 * deleted or rolled back. With the embedded engine there is no IAM to ask.
 */
export async function checkClouds(context: CloudContext): Promise<CloudRow[]> {
  const { config, pool, s3, iam, kv, probe, clock } = context;
  const { bucket, prefix, region } = config.s3;
  const place = { bucket, prefix, region };
  const bucketLook = { s3, place, environment: config.environment, probe };
  const ours = [
    lookAtDatabase(pool),
    lookAtOurRights(bucketLook),
    lookAtPersonalize(context),
    ...lookAtKv({ config: config.kv, kv, fetch: context.fetch, probe }),
    ...lookAtClocks({ pool, s3, bucket, clock }),
  ];
  if (config.personalize.engine === 'embedded') return Promise.all(ours);
  const { row, caller } = await lookAtCaller(context);
  const rights = lookAtRights({ iam, place, roleArn: config.personalize.roleArn, caller });
  return Promise.all([row, ...ours, lookAtBucketPolicy(bucketLook), ...rights]);
}

async function lookAtCaller({ sts }: CloudContext): Promise<{ row: CloudRow; caller: string | null }> {
  let caller: string | null = null;
  const remedy =
    'set AWS credentials: a role of the container, AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
  const row = await look('AWS credentials', remedy, async () => {
    caller = (await sts.send(new GetCallerIdentityCommand({}))).Arn ?? null;
    return caller ?? 'valid';
  });
  return { row, caller };
}

function lookAtPersonalize({ personalize, config }: CloudContext): Promise<CloudRow> {
  const { engine, region } = config.personalize;
  const remedy =
    'choose a region that has Amazon Personalize with AWS_REGION; the bucket must lie in the same';
  return look(engine === 'aws' ? 'Personalize in the region' : 'embedded engine', remedy, async () => {
    try {
      await personalize.send(new ListDatasetGroupsCommand({ maxResults: 1 }));
    } catch (error) {
      // A region without Personalize has no such host.
      if (engine === 'aws' && error instanceof Error && 'code' in error && error.code === 'ENOTFOUND')
        throw new Error(`there is no Personalize in ${region}`);
      throw explainPersonalizeError(error, 'listing dataset groups');
    }
    return engine === 'aws' ? region : 'answers';
  });
}
