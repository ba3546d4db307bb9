import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildApp } from 'fauxqs';
import { SnsStore } from '../../node_modules/fauxqs/dist/sns/snsStore.js';
import { SqsStore } from '../../node_modules/fauxqs/dist/sqs/sqsStore.js';
import { findFreePort } from '../freePort.ts';
import { takeLock } from '../processes/lock.ts';
import { openStorage } from './storage.ts';

export interface S3Options {
  /** Objects are kept here as files. */
  readonly dataDir: string;
  readonly port?: number;
  /** Made unless they exist. */
  readonly buckets?: readonly string[];
}

export interface LocalS3 {
  readonly url: string;
  readonly port: number;
  createBucket(name: string): void;
  stop(): Promise<void>;
}

interface Asked {
  readonly url: string;
  readonly method: string;
}

interface Reply {
  status(code: number): { send(body: object): PromiseLike<unknown> };
}

/**
 * An S3 on loopback that keeps its objects. Any credentials and region pass, none may be missing;
 * buckets are named in the path (`forcePathStyle: true`). A request's body is at most 11 MiB, so
 * larger objects are uploaded in parts of up to 10 MB.
 * @throws {LocalError} in-use, when another process serves the same folder.
 */
export async function startS3(options: S3Options): Promise<LocalS3> {
  await mkdir(options.dataDir, { recursive: true });
  const lock = await takeLock(join(options.dataDir, 'lock'), `The S3 in ${options.dataDir}`);
  try {
    const s3Store = await openStorage(options.dataDir);
    const app = buildApp({
      logger: false,
      stores: { s3Store, sqsStore: new SqsStore(), snsStore: new SnsStore() },
    });
    // The same program also plays queues and topics; here it is an S3 only.
    app.addHook('onRequest', async ({ url, method }: Asked, reply: Reply) => {
      const isOther = url === '/' ? method === 'POST' : url.startsWith('/_fauxqs');
      if (isOther) await reply.status(404).send({ error: 'only S3 is served here' });
    });
    const port = await findFreePort(options.port);
    await app.listen({ host: '127.0.0.1', port });
    const createBucket = (name: string): void => {
      if (!s3Store.hasBucket(name)) s3Store.createBucket(name);
    };
    for (const name of options.buckets ?? []) createBucket(name);
    return {
      url: `http://127.0.0.1:${port}`,
      port,
      createBucket,
      async stop() {
        await app.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
