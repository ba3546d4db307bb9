import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { readBucketPolicy } from '../setup/makeBucket.ts';
import { isDenied } from '../setup/part.ts';
import { type BucketPlace, deniedToPersonalize } from '../setup/policies.ts';
import { type CloudRow, look, NotKnown } from './look.ts';

interface BucketLook {
  readonly s3: S3Client;
  readonly place: BucketPlace;
  readonly environment: string;
  /** Tells this look's object from another's. */
  readonly probe: string;
}

/** Writes, reads, lists and deletes a small object where runs put theirs. */
export function lookAtOurRights({ s3, place, environment, probe }: BucketLook): Promise<CloudRow> {
  const target = { Bucket: place.bucket, Key: `${place.prefix}/${environment}/doctor-${probe}` };
  const remedy = `give the credentials of the batch s3:PutObject, GetObject and DeleteObject on ${place.bucket}/${place.prefix}/*, and s3:ListBucket on the bucket; check S3_BUCKET and AWS_REGION`;
  return look('S3 by us', remedy, async () => {
    let isThere = false;
    try {
      await s3.send(new PutObjectCommand({ ...target, Body: probe }));
      isThere = true;
      const read = await s3.send(new GetObjectCommand(target));
      if ((await read.Body?.transformToString()) !== probe) throw new Error('an object came back changed');
      const listed = await s3.send(new ListObjectsV2Command({ Bucket: target.Bucket, Prefix: target.Key }));
      if (listed.KeyCount !== 1) throw new Error('an object that was written is not listed');
      await s3.send(new DeleteObjectCommand(target));
      isThere = false;
    } finally {
      // Nothing is left behind, also when reading is what failed.
      if (isThere) await s3.send(new DeleteObjectCommand(target)).catch(() => undefined);
    }
    return `written, read, listed and deleted below s3://${place.bucket}/${place.prefix}/`;
  });
}

/** Whether the bucket's own policy lets Personalize in: the role alone does not suffice. */
export function lookAtBucketPolicy({ s3, place }: BucketLook): Promise<CloudRow> {
  const remedy = 'batch setup adds the statement to the bucket policy, or prints it for whoever may';
  return look('S3 by Personalize: bucket policy', remedy, async () => {
    const policy = await readBucketPolicy(s3, place.bucket).catch((error: unknown) => {
      throw isDenied(error) ? new NotKnown('these credentials may not read the bucket policy') : error;
    });
    const denied = policy === null ? ['everything'] : deniedToPersonalize(policy, place);
    if (denied.length > 0) throw new Error(`personalize.amazonaws.com is denied ${denied.join(', ')}`);
    return 'personalize.amazonaws.com may get, put and list';
  });
}
