import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Config } from '../config.ts';
import type { SetupPart } from './part.ts';
import { callerPolicy } from './policies.ts';

export function partLine({ what, state, detail }: SetupPart): string {
  const mark = state === 'by hand' ? '!' : '✓';
  return `${mark} ${what}: ${state}${detail === '' ? '' : `${state === 'by hand' ? '; for whoever may:\n    ' : ', '}${detail}`}`;
}

function settingsOf(config: Pick<Config, 'environment' | 's3' | 'personalize'>, account: string | null) {
  const { environment, s3, personalize } = config;
  return {
    ENVIRONMENT: environment,
    AWS_REGION: s3.region,
    S3_BUCKET: s3.bucket,
    S3_PREFIX: s3.prefix,
    ...(account === null ? {} : { PERSONALIZE_ROLE_ARN: personalize.roleArn }),
    ...(personalize.datasetGroupArn === null ? {} : { DATASET_GROUP_ARN: personalize.datasetGroupArn }),
  };
}

/** What only people can do, and the settings to keep. */
export function whatRemains(
  config: Pick<Config, 'environment' | 's3' | 'personalize'>,
  parts: readonly SetupPart[],
  account: string | null,
): string[] {
  const left = parts.some(({ state }) => state === 'by hand') ? ['- the lines marked !'] : [];
  const { bucket, prefix, region } = config.s3;
  const rights =
    account === null
      ? []
      : [
          '- if the batch will run with other credentials than these, give them:',
          `    ${JSON.stringify(callerPolicy({ bucket, prefix, region }, config.personalize.roleArn))}`,
          '- IAM takes about a minute to settle: wait that long before the first run',
        ];
  return [
    '',
    'Settings to keep (--write puts them into batch.config.json):',
    JSON.stringify(settingsOf(config, account), null, 2),
    '',
    'By hand:',
    ...left,
    ...rights,
    '- Cloudflare: npx wrangler kv namespace create snapshots; a token with Workers KV Storage: Edit; set KV_NAMESPACE_ID,',
    '  CLOUDFLARE_ACCOUNT_ID and, in the environment, CLOUDFLARE_API_TOKEN',
    '- in the environment: DATABASE_URL, and ID_HASH_KEY (openssl rand -hex 32), the same as the Worker’s',
    '- then: batch doctor --cloud',
  ];
}

/** Adds them to the file, which keeps what else it holds. */
export async function writeSettings(
  path: string | undefined,
  config: Pick<Config, 'environment' | 's3' | 'personalize'>,
  account: string | null,
): Promise<string> {
  const target = path ?? 'batch.config.json';
  const present = existsSync(target)
    ? z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(target, 'utf8')))
    : {};
  await writeFile(
    `${target}.tmp`,
    `${JSON.stringify({ ...present, ...settingsOf(config, account) }, null, 2)}\n`,
  );
  await rename(`${target}.tmp`, target);
  return target;
}
