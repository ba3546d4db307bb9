import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalS3, startS3 } from './startS3.ts';

const Bucket = 'shop-data';
let folder: string;
let s3: LocalS3;
let client: S3Client;

function connect(): S3Client {
  return new S3Client({
    endpoint: s3.url,
    forcePathStyle: true,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 's3-test-'));
  s3 = await startS3({ dataDir: folder, buckets: [Bucket] });
  client = connect();
});

afterAll(async () => {
  await s3.stop();
  await rm(folder, { recursive: true, force: true });
});

async function restart(): Promise<void> {
  await s3.stop();
  s3 = await startS3({ dataDir: folder, buckets: [Bucket] });
  client = connect();
}

async function* pieces(count: number): AsyncGenerator<Buffer> {
  for (let piece = 0; piece < count; piece++) yield Buffer.alloc(65_536, `${piece},`);
}

async function hashOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of body) hash.update(chunk);
  return hash.digest('hex');
}

async function get(Key: string, Range?: string): Promise<Readable> {
  const answer = await client.send(new GetObjectCommand({ Bucket, Key, ...(Range ? { Range } : {}) }));
  if (!(answer.Body instanceof Readable)) throw new Error('no stream');
  return answer.Body;
}

test('keeps a streamed upload of tens of megabytes byte for byte, also over a restart', async () => {
  const Body = Readable.from(pieces(500));
  await new Upload({ client, params: { Bucket, Key: 'runs/1/interactions.csv', Body } }).done();
  const expected = await hashOf(pieces(500));
  expect(await hashOf(await get('runs/1/interactions.csv'))).toBe(expected);
  await restart();
  expect(await hashOf(await get('runs/1/interactions.csv'))).toBe(expected);
});

test('answers a range', async () => {
  await client.send(new PutObjectCommand({ Bucket, Key: 'letters', Body: 'abcdefgh' }));
  expect((await (await get('letters', 'bytes=2-4')).toArray()).join('')).toBe('cde');
});

test('lists by prefix, in pages', async () => {
  for (const name of ['a', 'b', 'c']) {
    await client.send(new PutObjectCommand({ Bucket, Key: `list/${name} ğ.csv`, Body: name }));
  }
  const first = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'list/', MaxKeys: 2 }));
  const rest = await client.send(
    new ListObjectsV2Command({ Bucket, Prefix: 'list/', ContinuationToken: first.NextContinuationToken }),
  );
  const keys = [...(first.Contents ?? []), ...(rest.Contents ?? [])].map((object) => object.Key);
  expect(keys).toEqual(['list/a ğ.csv', 'list/b ğ.csv', 'list/c ğ.csv']);
});

test('says what is not there', async () => {
  await expect(client.send(new GetObjectCommand({ Bucket, Key: 'nothing' }))).rejects.toMatchObject({
    name: 'NoSuchKey',
  });
  await expect(client.send(new HeadBucketCommand({ Bucket: 'other-bucket' }))).rejects.toMatchObject({
    name: 'NotFound',
  });
});

test('forgets what was deleted', async () => {
  await client.send(new PutObjectCommand({ Bucket, Key: 'gone', Body: 'x' }));
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
  await restart();
  await expect(get('gone')).rejects.toMatchObject({ name: 'NoSuchKey' });
});

test('starts again after a kill in the middle of a write, without the broken objects', async () => {
  for (const Key of ['whole', 'cut/data', 'cut/description']) {
    await client.send(new PutObjectCommand({ Bucket, Key, Body: 'content' }));
  }
  await s3.stop();
  const objects = join(folder, 'buckets', Bucket, 'objects');
  await truncate(join(objects, 'cut/data.data'), 3);
  await writeFile(join(objects, 'cut/description.meta.json'), '{"key":"cut/desc');
  await restart();
  expect((await (await get('whole')).toArray()).join('')).toBe('content');
  await expect(get('cut/data')).rejects.toMatchObject({ name: 'NoSuchKey' });
  expect(await readdir(join(objects, 'cut'))).toEqual([]);
});

test('serves one process a folder', async () => {
  await expect(startS3({ dataDir: folder })).rejects.toMatchObject({ code: 'in-use' });
});

test('serves nothing but S3', async () => {
  const answer = await fetch(`${s3.url}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.ListQueues' },
    body: '{}',
  });
  expect(answer.status).toBe(404);
});
