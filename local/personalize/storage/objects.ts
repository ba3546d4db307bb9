import { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { JobFailure } from '../state/jobFailure.ts';
import type { Location } from './location.ts';

const NO_ACCESS = 'Insufficient privileges for accessing data in Amazon S3';
const REFUSALS = new Set([
  'AccessDenied',
  'NoSuchBucket',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'NoSuchKey',
]);

/** Personalize answers every refusal by S3 with the same words; other errors stay what they are. */
function asFailure(error: unknown): unknown {
  return error instanceof Error && REFUSALS.has(error.name) ? new JobFailure(NO_ACCESS) : error;
}

/** Keys that begin with the location's key, in S3's order, empty folder markers left out. */
export async function listKeys(client: S3Client, location: Location): Promise<string[]> {
  const keys: string[] = [];
  try {
    const pages = paginateListObjectsV2({ client }, { Bucket: location.bucket, Prefix: location.key });
    for await (const page of pages) {
      for (const { Key } of page.Contents ?? []) if (Key !== undefined && !Key.endsWith('/')) keys.push(Key);
    }
  } catch (error) {
    throw asFailure(error);
  }
  return keys;
}

/** An object's bytes as a stream. */
export async function readObject(client: S3Client, { bucket, key }: Location): Promise<Readable> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (Body instanceof Readable) return Body;
  } catch (error) {
    throw asFailure(error);
  }
  throw new JobFailure(NO_ACCESS);
}

export async function writeObject(client: S3Client, { bucket, key }: Location, body: string): Promise<void> {
  try {
    await client.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentLength: Buffer.byteLength(body) }),
    );
  } catch (error) {
    throw asFailure(error);
  }
}
