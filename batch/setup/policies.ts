import { z } from 'zod';

/** Where Personalize reads and writes. */
export interface BucketPlace {
  readonly bucket: string;
  /** Folder in it, without slashes at its ends. */
  readonly prefix: string;
  readonly region: string;
}

export const PERSONALIZE_SERVICE = 'personalize.amazonaws.com';

/** `aws`, or the partition of China. */
export function partitionOf(region: string): string {
  return region.startsWith('cn-') ? 'aws-cn' : 'aws';
}

const bucketArn = ({ bucket, region }: BucketPlace): string => `arn:${partitionOf(region)}:s3:::${bucket}`;
const objectsArn = (place: BucketPlace): string => `${bucketArn(place)}/${place.prefix}/*`;

/** Lets Personalize take the role, for resources of this account and region only (no confused deputy). */
export function trustPolicy(account: string, region: string): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: PERSONALIZE_SERVICE },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'aws:SourceAccount': account },
          StringLike: { 'aws:SourceArn': `arn:${partitionOf(region)}:personalize:${region}:${account}:*` },
        },
      },
    ],
  };
}

/** What the role may do: batch output needs PutObject too. */
export function rolePolicy(place: BucketPlace): object {
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['s3:ListBucket'], Resource: [bucketArn(place)] },
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: [objectsArn(place)] },
    ],
  };
}

/** The statement that the bucket's own policy needs beside the role, as the developer guide has it. */
function bucketStatement(place: BucketPlace): z.infer<typeof Statement> {
  return {
    Sid: 'PersonalizeReadsAndWrites',
    Effect: 'Allow',
    Principal: { Service: PERSONALIZE_SERVICE },
    Action: ['s3:GetObject', 's3:ListBucket', 's3:PutObject'],
    Resource: [bucketArn(place), objectsArn(place)],
  };
}

/** What whoever runs the batch needs. */
export function callerPolicy(place: BucketPlace, roleArn: string): object {
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['personalize:*'], Resource: ['*'] },
      {
        Effect: 'Allow',
        Action: ['iam:PassRole'],
        Resource: [roleArn],
        Condition: { StringEquals: { 'iam:PassedToService': PERSONALIZE_SERVICE } },
      },
      {
        Effect: 'Allow',
        Action: ['s3:ListBucket', 's3:GetBucketPolicy', 's3:GetBucketVersioning'],
        Resource: [bucketArn(place)],
      },
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
        Resource: [objectsArn(place)],
      },
    ],
  };
}

const OneOrMore = z.union([z.string(), z.array(z.string())]);
const Statement = z
  .object({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Principal: z.union([z.string(), z.record(z.string(), OneOrMore)]).optional(),
    Action: OneOrMore.optional(),
    Resource: OneOrMore.optional(),
  })
  .loose();
const Policy = z.object({ Statement: z.union([Statement, z.array(Statement)]) }).loose();

/** The bucket's policy with Personalize let in: other statements stay. Null when it is let in already. */
export function letPersonalizeIn(present: string | null, place: BucketPlace): string | null {
  if (present !== null && deniedToPersonalize(present, place).length === 0) return null;
  const statement = bucketStatement(place);
  const policy =
    present === null ? { Version: '2012-10-17', Statement: [] } : Policy.parse(JSON.parse(present));
  const others = listOf(policy.Statement).filter(({ Sid }) => Sid !== statement.Sid);
  return JSON.stringify({ ...policy, Statement: [...others, statement] });
}

const NEEDED: readonly [string, (place: BucketPlace) => string][] = [
  ['s3:GetObject', (place) => `${bucketArn(place)}/${place.prefix}/x`],
  ['s3:PutObject', (place) => `${bucketArn(place)}/${place.prefix}/x`],
  ['s3:ListBucket', bucketArn],
];

/** What a bucket's policy does not let Personalize do. Conditions are not weighed. */
export function deniedToPersonalize(policyText: string, place: BucketPlace): string[] {
  const statements = listOf(Policy.parse(JSON.parse(policyText)).Statement).filter(concernsPersonalize);
  return NEEDED.filter(([action, resourceOf]) => {
    const matching = statements.filter(
      ({ Action, Resource }) =>
        listOf(Action ?? []).some((pattern) => matches(pattern, action)) &&
        listOf(Resource ?? []).some((pattern) => matches(pattern, resourceOf(place))),
    );
    return matching.length === 0 || matching.some(({ Effect }) => Effect === 'Deny');
  }).map(([action]) => action);
}

/** Whether a role's trust policy names Personalize. */
export function trustsPersonalize(policyText: string): boolean {
  return listOf(Policy.parse(JSON.parse(policyText)).Statement).some(
    (statement) => statement.Effect === 'Allow' && concernsPersonalize(statement),
  );
}

function concernsPersonalize({ Principal }: z.infer<typeof Statement>): boolean {
  if (typeof Principal === 'string') return Principal === '*';
  return listOf(Principal?.['Service'] ?? []).includes(PERSONALIZE_SERVICE) || Principal?.['AWS'] === '*';
}

/** IAM's wildcards: * for anything, ? for one character; letter case of actions does not count. */
function matches(pattern: string, value: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, 'i').test(value);
}

function listOf<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}
