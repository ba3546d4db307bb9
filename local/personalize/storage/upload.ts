import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { Upload } from '@aws-sdk/lib-storage';
import type { S3Access } from './client.ts';
import { asFailure } from './failure.ts';
import type { Location } from './location.ts';

const PART_BYTES = 8 * 1024 * 1024;
const PARTS_AT_ONCE = 2;

/** An object being written. Memory is bounded by PART_BYTES × PARTS_AT_ONCE: `write` waits for S3. */
export interface OpenObject {
  write(text: string): Promise<void>;
  /** Resolves when S3 has the whole object. */
  finish(): Promise<void>;
  /** Leaves nothing behind. */
  abort(): Promise<void>;
}

export function openObject({ calls: client }: S3Access, { bucket, key }: Location): OpenObject {
  const body = new PassThrough();
  const upload = new Upload({
    client,
    params: { Bucket: bucket, Key: key, Body: body },
    partSize: PART_BYTES,
    queueSize: PARTS_AT_ONCE,
  });
  const done = upload.done().catch((error: unknown) => {
    throw asFailure(error);
  });
  body.on('error', () => {});
  done.catch((error: Error) => body.destroy(error));
  return {
    write: async (text) => {
      if (body.errored) throw body.errored;
      if (!body.write(text)) await once(body, 'drain');
    },
    finish: async () => {
      body.end();
      await done;
    },
    abort: async () => {
      body.destroy();
      await upload.abort().catch(() => {});
      await done.catch(() => {});
    },
  };
}
