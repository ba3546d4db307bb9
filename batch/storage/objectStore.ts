import type { Readable } from 'node:stream';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  paginateListObjectsV2,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Config } from '../config.ts';
import { BatchError } from '../errors.ts';

type StoreSettings = Omit<Config['s3'], 'region'> & {
  /** Undefined: the SDK finds it as every AWS tool does. */
  readonly region: string | undefined;
};

/** A bucket and the client that reaches it. */
export interface ObjectStore {
  readonly client: S3Client;
  readonly bucket: string;
}

/**
 * Credentials come from the SDK's own chain unless `options` says otherwise.
 * Every command of the client throws BatchError `bucket_unreachable` when S3 refuses it or is not there.
 */
export function createObjectStore(config: StoreSettings, options: S3ClientConfig = {}): ObjectStore {
  const client = new S3Client({
    ...(config.region === undefined ? {} : { region: config.region }),
    forcePathStyle: config.forcePathStyle,
    maxAttempts: 5,
    ...(config.endpoint === null ? {} : { endpoint: config.endpoint }),
    ...options,
  });
  // One place for every command: what fails on the way to S3 must not look like the database's fault.
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        throw explainStorageError(config.bucket, error);
      }
    },
    { step: 'initialize', name: 'explainStorageError' },
  );
  return { client, bucket: config.bucket };
}

function explainStorageError(bucket: string, error: unknown): unknown {
  if (error instanceof BatchError || (error instanceof Error && error.name === 'AbortError')) return error;
  const reasons: Record<number, string> = {
    403: 'access is denied',
    404: 'it does not exist',
    301: 'it lies in another region',
  };
  const said = error instanceof Error ? error.message || error.name : String(error);
  return new BatchError({
    code: 'bucket_unreachable',
    message: `bucket ${bucket} cannot be used: ${reasons[statusOf(error) ?? 0] ?? said}`,
    remedy:
      'check S3_BUCKET, AWS_REGION, AWS_ENDPOINT_URL_S3 and the AWS credentials; they need s3:ListBucket, GetObject, PutObject, DeleteObject',
    cause: error,
  });
}

interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** Changes when its content does. */
  readonly etag: string;
}

/** Every object below a prefix. */
export async function listObjects({ client, bucket }: ObjectStore, prefix: string): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key, Size, ETag } of page.Contents ?? [])
      if (Key !== undefined) found.push({ key: Key, bytes: Size ?? 0, etag: ETag ?? '' });
  }
  return found;
}

/** Bytes of one object as they come. */
export async function* readObject({ client, bucket }: ObjectStore, key: string): AsyncGenerator<Uint8Array> {
  const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (answer.Body === undefined) throw new Error(`s3://${bucket}/${key} came without a body`);
  try {
    yield* answer.Body as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw explainStorageError(bucket, error);
  }
}

interface Writing {
  readonly key: string;
  readonly body: Readable;
  readonly contentType: string;
  readonly signal?: AbortSignal;
  /** Called with the bytes sent so far. */
  readonly onProgress?: (bytes: number) => void;
}

/** Streams an object in parts: at most 16 MB are in memory. Nothing appears under the key if it fails midway. */
export async function writeObject({ client, bucket }: ObjectStore, writing: Writing): Promise<void> {
  const { key, body, contentType, signal, onProgress } = writing;
  const upload = new Upload({
    client,
    params: { Bucket: bucket, Key: key, Body: body, ContentType: contentType },
    partSize: 8 * 1024 * 1024,
    queueSize: 2,
  });
  upload.on('httpUploadProgress', ({ loaded }) => onProgress?.(loaded ?? 0));
  const stop = (): void => void upload.abort();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    await upload.done();
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** Deletes every object below a prefix. @returns how many there were */
export async function deletePrefix(store: ObjectStore, prefix: string): Promise<number> {
  const objects = await listObjects(store, prefix);
  for (let at = 0; at < objects.length; at += 1000) {
    const chunk = objects.slice(at, at + 1000).map(({ key }) => ({ Key: key }));
    await store.client.send(
      new DeleteObjectsCommand({ Bucket: store.bucket, Delete: { Objects: chunk, Quiet: true } }),
    );
  }
  return objects.length;
}

/** Throws BatchError unless the bucket is there and may be used. */
export async function checkBucket({ client, bucket }: ObjectStore): Promise<void> {
  await client.send(new HeadBucketCommand({ Bucket: bucket }));
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
