import { createHash } from 'node:crypto';
import { writeEnvFile } from '../envFile.ts';
import { type LocalAws, type LocalDatabase, localAws } from './clouds.ts';
import type { Home } from './home.ts';

export type Variables = Readonly<Record<string, string>>;

/** How any AWS client, ours or the command line, reaches the local S3 and Personalize. */
export function awsVariables(aws: LocalAws): Variables {
  return {
    AWS_REGION: localAws.region,
    AWS_ACCESS_KEY_ID: localAws.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localAws.secretAccessKey,
    AWS_ENDPOINT_URL_S3: aws.s3Url,
    AWS_ENDPOINT_URL_PERSONALIZE: aws.personalizeUrl,
    S3_FORCE_PATH_STYLE: 'true',
    S3_BUCKET: localAws.bucket,
    PERSONALIZE_ROLE_ARN: localAws.roleArn,
  };
}

/**
 * Waiting times of the Worker's ladder of stores. Wider than in production: wrangler's dev server
 * takes several times as long as Cloudflare, on a busy laptop far longer, and an answer from the
 * next store would say that a store is broken.
 */
const localBudgets = { KV_BUDGET_MS: '2000', POSTGRES_BUDGET_MS: '3000', TOTAL_BUDGET_MS: '5000' };

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What the Worker is given. */
export function workerVariables(home: Home, database: LocalDatabase): Variables {
  return {
    DATABASE_URL: database.databaseUrl,
    NEON_FETCH_ENDPOINT: database.fetchEndpoint,
    ID_HASH_KEY: home.idHashKey,
    ENVIRONMENT: 'local',
    // Personal lists for whoever asks, with their reasons; the Worker heeds it in this environment only.
    USER_READS: 'local',
    ADMIN_TOKENS: JSON.stringify([{ name: 'local', role: 'operator', sha256: sha256(home.adminToken) }]),
    DRILL_KEY: home.drillKey,
    ...localBudgets,
  };
}

/** What the batch is given: everything differs from production by address only. */
export function batchVariables(
  home: Home,
  parts: { database: LocalDatabase; aws: LocalAws; kvBaseUrl: string; edgeUrl: string },
): Variables {
  return {
    ENVIRONMENT: 'local',
    DATABASE_URL: parts.database.databaseUrl,
    ...awsVariables(parts.aws),
    KV_BASE_URL: parts.kvBaseUrl,
    CLOUDFLARE_API_TOKEN: 'local',
    ID_HASH_KEY: home.idHashKey,
    EDGE_URL: parts.edgeUrl,
    EMBEDDED_ENDPOINT: parts.aws.personalizeUrl,
    EDGE_ADMIN_TOKEN: home.adminToken,
  };
}

/** Writes them where `npm run batch -- …` and `node --env-file=.local/env …` find them. */
export function saveBatchVariables(home: Home, variables: Variables): Promise<void> {
  return writeEnvFile(home.path('env'), variables, [
    'What the batch needs to reach the local clouds of this folder, while npm start runs.',
    `npm run batch -- status   or   node --env-file=${home.path('env')} --import tsx batch/main.ts status`,
    'Written anew by every start.',
  ]);
}
