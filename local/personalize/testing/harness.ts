import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PersonalizeClient } from '@aws-sdk/client-personalize';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { expect } from 'vitest';
import { startS3 } from '../../s3/startS3.ts';
import type { Clock } from '../clock.ts';
import type { Exchange } from '../protocol/app.ts';
import { type RunningPersonalize, startPersonalize } from '../start.ts';
import { contractProblems, readModels } from './contract.ts';

export const BUCKET = 'shop-data';
export const ROLE = 'arn:aws:iam::000000000000:role/personalize';
const region = 'eu-central-1';
const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };

/** The unmodified SDK's clients for a Personalize and an S3. */
export interface Connection {
  readonly client: () => PersonalizeClient;
  /** Stores an object; answers its `s3://` address. */
  put(key: string, text: string): Promise<string>;
  get(key: string): Promise<string>;
  keys(prefix: string): Promise<string[]>;
}

/** `personalizeUrl` is asked for each client: another process may answer by now. */
export function connect(s3Url: string, personalizeUrl: () => string): Connection & { close(): void } {
  const objects = new S3Client({ endpoint: s3Url, region, credentials, forcePathStyle: true });
  return {
    // Once only: the SDK takes LimitExceeded for throttling and would ask three times.
    client: () => new PersonalizeClient({ endpoint: personalizeUrl(), region, credentials, maxAttempts: 1 }),
    put: async (key, text) => {
      await new Upload({ client: objects, params: { Bucket: BUCKET, Key: key, Body: text } }).done();
      return `s3://${BUCKET}/${key}`;
    },
    get: async (key) => {
      const { Body } = await objects.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
      return (await Body?.transformToString()) ?? '';
    },
    keys: async (prefix) => {
      const { Contents = [] } = await objects.send(
        new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix }),
      );
      return Contents.map(({ Key }) => Key ?? '');
    },
    close: () => objects.destroy(),
  };
}

/** The real stand-in over a real S3 stand-in. */
export interface Harness extends Connection {
  personalize: RunningPersonalize;
  readonly log: string[];
  readonly exchanges: Exchange[];
  /** Stops the stand-in and starts it again on the same folder. */
  restart(): Promise<void>;
  /** Also holds every exchange of the test against Amazon's model, when that is there. */
  stop(): Promise<void>;
}

interface HarnessOptions {
  readonly profile: 'engine' | 'aws';
  readonly clock?: Clock;
  /** The S3 that jobs see, when it is not the one the test writes to; and how long they wait for it. */
  readonly jobsS3?: (url: string) => Promise<{ endpoint: string; patienceMs: number }>;
}

export async function startHarness({ jobsS3, ...options }: HarnessOptions): Promise<Harness> {
  const root = await mkdtemp(join(tmpdir(), 'personalize-'));
  const s3 = await startS3({ dataDir: join(root, 's3'), buckets: [BUCKET] });
  const settings = { endpoint: s3.url, region, credentials };
  const connection = connect(s3.url, () => harness.personalize.url);
  const seen = jobsS3 === undefined ? {} : await jobsS3(s3.url);
  const log: string[] = [];
  const exchanges: Exchange[] = [];
  const start = () =>
    startPersonalize({
      dataDir: join(root, 'personalize'),
      s3: { ...settings, ...seen },
      log: (message, details) => log.push(`${message} ${JSON.stringify(details ?? {})}`),
      observe: (exchange) => exchanges.push(exchange),
      ...options,
    });
  const harness: Harness = {
    ...connection,
    personalize: await start(),
    log,
    exchanges,
    restart: async () => {
      await harness.personalize.stop();
      harness.personalize = await start();
    },
    stop: async () => {
      await harness.personalize.stop();
      connection.close();
      await s3.stop();
      await rm(root, { recursive: true, force: true });
      const models = readModels();
      if (models !== null) expect(contractProblems(models, exchanges)).toEqual([]);
    },
  };
  return harness;
}
