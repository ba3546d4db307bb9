import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  GetBucketPolicyCommand,
  HeadBucketCommand,
  PutBucketPolicyCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { isDenied, isNamed, type SetupPart } from './part.ts';
import { type BucketPlace, letPersonalizeIn } from './policies.ts';

/** The bucket of that name, made unless it is there. A bucket of somebody else's is an error. */
export async function makeBucket(s3: S3Client, { bucket, region }: BucketPlace): Promise<SetupPart> {
  const what = `bucket ${bucket}`;
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
    return { what, state: 'was there', detail: region };
  } catch (error) {
    if (!isNamed(error, 'NotFound', 'NoSuchBucket')) throw error;
  }
  // us-east-1 is where a bucket goes that names no place, and is no name of one.
  const place =
    region === 'us-east-1'
      ? {}
      : { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } };
  try {
    await s3.send(new CreateBucketCommand({ Bucket: bucket, ...place }));
  } catch (error) {
    if (!isDenied(error)) throw error;
    return { what, state: 'by hand', detail: `aws s3 mb s3://${bucket} --region ${region}` };
  }
  return { what, state: 'made', detail: region };
}

/** Lets Personalize into the bucket beside whoever its policy lets in already. */
export async function makeBucketPolicy(s3: S3Client, place: BucketPlace): Promise<SetupPart> {
  const what = 'bucket policy for Personalize';
  let present: string | null = null;
  try {
    present = await readBucketPolicy(s3, place.bucket);
    const policy = letPersonalizeIn(present, place);
    if (policy === null) return { what, state: 'was there', detail: place.bucket };
    await s3.send(new PutBucketPolicyCommand({ Bucket: place.bucket, Policy: policy }));
    return { what, state: present === null ? 'made' : 'changed', detail: place.bucket };
  } catch (error) {
    if (!isDenied(error)) throw error;
    const policy = letPersonalizeIn(present, place);
    return {
      what,
      state: 'by hand',
      detail: `aws s3api put-bucket-policy --bucket ${place.bucket} --policy '${policy}'`,
    };
  }
}

/** Null when the bucket has none. */
export async function readBucketPolicy(s3: S3Client, bucket: string): Promise<string | null> {
  try {
    const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
    return Policy ?? null;
  } catch (error) {
    if (isNamed(error, 'NoSuchBucketPolicy')) return null;
    throw error;
  }
}
