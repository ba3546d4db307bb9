import { type AwsState, mustBeAllowed, type Principal, Refusal, validPolicy } from './state.ts';

/** Reads or replaces the policy of a bucket. */
export function answerBucketPolicy(
  { bucketPolicies, changes }: AwsState,
  caller: Principal,
  { bucket, isRead, body }: { readonly bucket: string; readonly isRead: boolean; readonly body: string },
): string {
  mustBeAllowed(caller, isRead ? 's3:GetBucketPolicy' : 's3:PutBucketPolicy', `arn:aws:s3:::${bucket}`);
  if (isRead) {
    const policy = bucketPolicies.get(bucket);
    if (policy === undefined)
      throw new Refusal(404, 'NoSuchBucketPolicy', 'The bucket policy does not exist');
    return policy;
  }
  const policy = validPolicy(body, 'Principal', 'MalformedPolicy');
  if (!policy.includes(`arn:aws:s3:::${bucket}`))
    throw new Refusal(400, 'MalformedPolicy', 'Policy has invalid resource');
  bucketPolicies.set(bucket, policy);
  changes.push('s3:PutBucketPolicy');
  return '';
}
