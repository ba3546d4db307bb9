import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Exchange } from '../personalize/protocol/app.ts';
import { type RunningPersonalize, startPersonalize } from '../personalize/start.ts';
import { contractProblems, readModels } from '../personalize/testing/contract.ts';
import { startS3 } from '../s3/startS3.ts';
import { type KvServer, startKvServer } from './kvServer.ts';

export interface TestClouds {
  /** What `batch` is given: every part of its configuration. */
  readonly environment: Readonly<Record<string, string>>;
  readonly databaseUrl: string;
  readonly personalize: RunningPersonalize;
  /** Everything asked of Personalize so far, and the answers. */
  readonly exchanges: readonly Exchange[];
  readonly kv: KvServer;
  /** Also holds every exchange against Amazon's model of Personalize, when that lies beside the project. */
  stop(): Promise<void>;
}

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const region = 'eu-central-1';
const bucket = 'recommendations-test';

/** An empty bucket, Personalize and KV beside a database that is there. `stop` leaves the database alone. */
export async function startCloudsOn(databaseUrl: string): Promise<TestClouds> {
  const folder = await mkdtemp(join(tmpdir(), 'clouds-test-'));
  const s3 = await startS3({ dataDir: join(folder, 's3'), buckets: [bucket] });
  const exchanges: Exchange[] = [];
  const personalize = await startPersonalize({
    dataDir: join(folder, 'personalize'),
    s3: { endpoint: s3.url, region, credentials },
    profile: 'engine',
    log: () => undefined,
    observe: (exchange) => exchanges.push(exchange),
  });
  const kv = await startKvServer();
  return {
    databaseUrl,
    personalize,
    exchanges,
    kv,
    environment: {
      DATABASE_URL: databaseUrl,
      ENVIRONMENT: 'test',
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ENDPOINT_URL_S3: s3.url,
      AWS_ENDPOINT_URL_PERSONALIZE: personalize.url,
      S3_FORCE_PATH_STYLE: 'true',
      S3_BUCKET: bucket,
      KV_BASE_URL: kv.baseUrl,
      CLOUDFLARE_API_TOKEN: kv.token,
      ID_HASH_KEY: '5a'.repeat(32),
    },
    stop: async () => {
      await kv.stop();
      await personalize.stop();
      await s3.stop();
      await rm(folder, { recursive: true, force: true });
      const models = readModels();
      const problems = models === null ? [] : contractProblems(models, exchanges, 'all');
      if (problems.length > 0) throw new Error(`Outside Personalize's model:\n${problems.join('\n')}`);
    },
  };
}
