import { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { S3Access } from './client.ts';
import { asFailure, noAccess } from './failure.ts';
import type { Location } from './location.ts';
import { timelyBody } from './timelyBody.ts';

/** Keys that begin with the location's key, in S3's order, empty folder markers left out. */
export async function listKeys({ calls }: S3Access, location: Location): Promise<string[]> {
  const keys: string[] = [];
  try {
    const pages = paginateListObjectsV2({ client: calls }, { Bucket: location.bucket, Prefix: location.key });
    for await (const page of pages) {
      for (const { Key } of page.Contents ?? []) if (Key !== undefined && !Key.endsWith('/')) keys.push(Key);
    }
  } catch (error) {
    throw asFailure(error);
  }
  return keys;
}

/** An object's bytes as a stream. */
export async function readObject(
  { bodies, patienceMs }: S3Access,
  { bucket, key }: Location,
): Promise<Readable> {
  try {
    const { Body } = await bodies.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (Body instanceof Readable) return timelyBody(Body, patienceMs);
  } catch (error) {
    throw asFailure(error);
  }
  throw noAccess();
}

export async function writeObject(
  { calls }: S3Access,
  { bucket, key }: Location,
  body: string,
): Promise<void> {
  try {
    await calls.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentLength: Buffer.byteLength(body) }),
    );
  } catch (error) {
    throw asFailure(error);
  }
}
