import { z } from 'zod';
import { hours, region, switchOf, url, whole } from '../configFields.ts';
import { PricesSetting } from '../cost/prices.ts';
import { engineOf } from '../engineOf.ts';
import { RECIPES } from '../storage/paths.ts';

const EMBEDDED_ROLE = 'arn:aws:iam::000000000000:role/embedded';

const personalizeArn = (kind: string) =>
  z
    .string()
    .regex(
      new RegExp(`^arn:aws[\\w-]*:personalize:[\\w-]+:\\d{12}:${kind}/[\\w-]+$`),
      `is not the ARN of a ${kind}`,
    );
const Adopted = z.partialRecord(z.enum(RECIPES), personalizeArn('solution'));
const SolutionArns = z.string().transform((text, context) => {
  const read = Adopted.safeParse(parsedOrNull(text));
  if (read.success) return read.data;
  const example = '{"similar-items":"arn:aws:personalize:eu-central-1:123456789012:solution/similar"}';
  context.addIssue({ code: 'custom', message: `must be JSON such as ${example}, of ${RECIPES.join(', ')}` });
  return z.NEVER;
});

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Which Personalize is asked, as whom, how patiently, and for what segments. */
export const personalize = z
  .object({
    AWS_REGION: region,
    AWS_ENDPOINT_URL_PERSONALIZE: url.optional(),
    PERSONALIZE_ROLE_ARN: z
      .string()
      .regex(/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/, 'is not the ARN of a role')
      .optional(),
    DATASET_GROUP_ARN: personalizeArn('dataset-group').optional(),
    SOLUTION_ARNS: SolutionArns,
    POLL_FIRST_MS: whole(1, 3_600_000),
    POLL_MAX_MS: whole(1, 3_600_000),
    JOB_TIMEOUT_HOURS: hours,
    // What a run that began before then left in the bucket is pruned (publish/pruneSnapshots.ts).
    RESUME_WITHIN_HOURS: hours.max(1440, 'must not be above 1440'),
    SEGMENTS: switchOf('on', 'off'),
    SEGMENT_ITEMS: whole(1, 500_000),
    SEGMENT_USERS: whole(1, 5_000_000),
    PRICES: PricesSetting,
  })
  .refine(
    (env) =>
      env.PERSONALIZE_ROLE_ARN !== undefined || engineOf(env.AWS_ENDPOINT_URL_PERSONALIZE) === 'embedded',
    // Also when other variables are wrong: all problems are to be told at once.
    { path: ['PERSONALIZE_ROLE_ARN'], error: 'is not set', when: () => true },
  )
  .refine(
    (env) =>
      !env.SEGMENTS ||
      env.PRICES.segment_1000_users !== null ||
      engineOf(env.AWS_ENDPOINT_URL_PERSONALIZE) === 'embedded',
    {
      path: ['SEGMENTS'],
      error:
        'is on, but their price is not known: give PRICES a segment_1000_users, e.g. {"segment_1000_users":0.02}',
    },
  )
  .transform((env) => ({
    engine: engineOf(env.AWS_ENDPOINT_URL_PERSONALIZE),
    /** Null: Amazon's own. */
    endpoint: env.AWS_ENDPOINT_URL_PERSONALIZE ?? null,
    region: env.AWS_REGION,
    roleArn: env.PERSONALIZE_ROLE_ARN ?? EMBEDDED_ROLE,
    /** Null: found by its name, or made. */
    datasetGroupArn: env.DATASET_GROUP_ARN ?? null,
    solutionArns: env.SOLUTION_ARNS,
    pollFirstMs: env.POLL_FIRST_MS,
    pollMaxMs: env.POLL_MAX_MS,
    jobTimeoutMs: env.JOB_TIMEOUT_HOURS * 3_600_000,
    resumableMs: env.RESUME_WITHIN_HOURS * 3_600_000,
    segments: { enabled: env.SEGMENTS, items: env.SEGMENT_ITEMS, users: env.SEGMENT_USERS },
  }));
