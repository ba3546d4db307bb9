import { PersonalizeClient } from '@aws-sdk/client-personalize';
import type { Pool } from 'pg';
import { ALL_PARTS, type Config, readConfig } from '../config.ts';
import { createPersonalizeClient } from '../personalize/client.ts';
import { silentProgress } from '../progress.ts';
import { jobRecordsOf } from '../runs/jobRecords.ts';
import type { Lease } from '../runs/lease.ts';
import type { StepContext } from '../steps/step.ts';
import { createObjectStore, type ObjectStore } from '../storage/objectStore.ts';

interface TestAddresses {
  readonly databaseUrl: string;
  readonly s3Url: string;
  readonly bucket: string;
  readonly kvBaseUrl: string;
  readonly kvToken?: string;
}

export function testConfig(addresses: TestAddresses): Config {
  return readConfig(
    {
      DATABASE_URL: addresses.databaseUrl,
      ENVIRONMENT: 'test',
      AWS_REGION: 'eu-central-1',
      S3_BUCKET: addresses.bucket,
      S3_FORCE_PATH_STYLE: 'true',
      AWS_ENDPOINT_URL_PERSONALIZE: 'http://127.0.0.1:1',
      KV_BASE_URL: addresses.kvBaseUrl,
      CLOUDFLARE_API_TOKEN: addresses.kvToken,
      ID_HASH_KEY: 'ab'.repeat(32),
      LENGTH_USER_RECOMMENDATIONS: '20',
    },
    ALL_PARTS,
  );
}

export function testStore(config: Config, s3Url: string): ObjectStore {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return createObjectStore(config.s3, { endpoint: s3Url, credentials });
}

/** A step's context over the clouds of a test, whose waits are cut short. */
export function cloudsContext(
  environment: Readonly<Record<string, string>>,
  { pool, runId, warn = () => undefined }: { pool: Pool; runId: string; warn?: (line: string) => void },
): StepContext {
  const config = readConfig(environment, ALL_PARTS);
  const { AWS_ENDPOINT_URL_S3: s3Url = '', AWS_ENDPOINT_URL_PERSONALIZE: endpoint = '' } = environment;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return {
    ...testContext({
      ...{ runId, config, pool, lease: { holder: 'h', token: 1n, assertHeld: async () => undefined } },
      s3: createObjectStore(config.s3, { endpoint: s3Url, credentials }),
    }),
    startedAt: new Date(),
    personalize: createPersonalizeClient(config.personalize, { endpoint, credentials }),
    clock: () => new Date(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, SHORT_WAIT_MS))),
    log: { info: () => undefined, warn },
  };
}

const SHORT_WAIT_MS = 100;

interface TestContextParts {
  readonly runId: string;
  readonly config: Config;
  readonly pool: Pool;
  readonly s3: ObjectStore;
  readonly lease: Lease;
  readonly signal?: AbortSignal;
  readonly onProgress?: () => void;
}

/** A step's context over real stores; time does not pass in it. */
export function testContext(parts: TestContextParts): StepContext {
  const line = silentProgress.step('test');
  const progress: StepContext['progress'] = {
    ...line,
    update: () => {
      parts.onProgress?.();
      return progress;
    },
  };
  return {
    outputsOf: parts.runId,
    again: false,
    wait: true,
    startedAt: new Date(0),
    personalize: new PersonalizeClient({ region: 'eu-central-1' }),
    progress,
    clock: () => new Date(0),
    sleep: async () => undefined,
    random: () => 0.5,
    jobs: jobRecordsOf(parts.pool, parts.runId),
    log: { info: () => undefined, warn: () => undefined },
    earlier: new Map(),
    signal: new AbortController().signal,
    ...parts,
  };
}
