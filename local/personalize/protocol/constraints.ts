import { z } from 'zod';

/**
 * The constraints of Personalize's model, by hand: lengths, patterns and enums. AWS matches a pattern against
 * the whole value, so each is anchored; `Pattern` keeps the original spelling for the message.
 */
const matching = (pattern: string) => new RegExp(`^(?:${pattern})$`, 'u');

const NAME_PATTERN = '^[a-zA-Z0-9][a-zA-Z0-9\\-_]*';
export const Name = z.string().min(1).max(63).regex(matching(NAME_PATTERN));

export const Arn = z.string().max(256).regex(matching('arn:([a-z\\d\\-]+):personalize:.*:.*:.+'));

export const RoleArn = z
  .string()
  .max(256)
  .regex(matching('arn:([a-z\\d\\-]+):iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+'));

export const KmsKeyArn = z.string().max(2048).regex(matching('arn:aws.*:kms:.*:[0-9]{12}:key/.*'));

export const S3Location = z.string().max(256).regex(matching('(s3|http|https)://.+'));

export const S3DataConfig = z.object({ path: S3Location, kmsKeyArn: KmsKeyArn.optional() });

export const Domain = z.enum(['ECOMMERCE', 'VIDEO_ON_DEMAND']);

const TAG = '^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$';
export const TagKey = z.string().min(1).max(128).regex(matching(TAG));
export const Tag = z.object({ tagKey: TagKey, tagValue: z.string().max(256).regex(matching(TAG)) });
export type Tag = z.infer<typeof Tag>;
export const Tags = z.array(Tag).max(200);

/** A map of no more than `max` members. */
export const atMost = <M extends z.ZodType<object>>(max: number, map: M) =>
  map.refine(
    (value) => Object.keys(value).length <= max,
    `Member must have length less than or equal to ${max}`,
  );

export const HyperParameters = atMost(100, z.record(z.string().max(256), z.string().max(1000)));

export const RankingInfluence = z.partialRecord(
  z.enum(['POPULARITY', 'FRESHNESS']),
  z.number().min(0).max(1),
);

const MaxResults = z.int().min(1).max(100);
const NextToken = z.string().max(1500).regex(matching('\\p{ASCII}{0,1500}'));
export const Page = z.object({ maxResults: MaxResults.optional(), nextToken: NextToken.optional() });
