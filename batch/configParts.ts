import { z } from 'zod';
import { PricesSetting } from './cost/prices.ts';
import { engineOf } from './engineOf.ts';
import { GateSettings } from './gate/gateLimits.ts';
import { policy } from './policy/policyPart.ts';
import { RECIPES } from './storage/paths.ts';

const text = z.string({ error: 'is not set' });
const url = z.url({
  error: (issue) => (issue.input === undefined ? 'is not set' : 'is not an address (URL)'),
});
const switchOf = (on: string, off: string) =>
  z.enum([on, off], { error: `must be ${on} or ${off}` }).transform((value) => value === on);
const whole = (from: number, to: number) =>
  z.coerce
    .number({ error: 'is not a number' })
    .int('must be whole')
    .min(from, `must be at least ${from}`)
    .max(to, `must be at most ${to}`);
const hours = z.coerce.number({ error: 'is not a number' }).positive('must be above 0');

const database = z
  .object({
    DATABASE_URL: text.regex(/^postgres(ql)?:\/\//, 'does not begin with postgres://'),
  })
  .transform((env) => ({ url: env.DATABASE_URL }));

const sources = z.object({ SOURCES_FILE: text }).transform((env) => ({ file: env.SOURCES_FILE }));

const environment = z
  .object({
    ENVIRONMENT: text.regex(/^[a-z][a-z0-9-]{0,15}$/, 'must be 1 to 16 of a-z, 0-9 and -, a letter first'),
  })
  .transform((env) => env.ENVIRONMENT);

const region = text.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is not a region name such as eu-central-1');

const s3 = z
  .object({
    AWS_REGION: region,
    S3_BUCKET: text.regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is not a bucket name'),
    S3_PREFIX: text.regex(/^[\w.-]+(\/[\w.-]+)*$/, 'must be a folder without / at its ends'),
    S3_FORCE_PATH_STYLE: switchOf('true', 'false'),
    AWS_ENDPOINT_URL_S3: url.optional(),
  })
  .transform((env) => ({
    region: env.AWS_REGION,
    bucket: env.S3_BUCKET,
    prefix: env.S3_PREFIX,
    forcePathStyle: env.S3_FORCE_PATH_STYLE,
    /** Null: Amazon's own. */
    endpoint: env.AWS_ENDPOINT_URL_S3 ?? null,
  }));

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

const personalize = z
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
    RESUME_WITHIN_HOURS: hours,
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

const usd = z.coerce.number({ error: 'is not a number' }).min(0, 'must not be below 0');

const money = z
  .object({
    MAX_RUN_COST: usd,
    MAX_MONTH_COST: usd,
    PRICES: PricesSetting,
    MONTHLY_REQUESTS: whole(0, Number.MAX_SAFE_INTEGER),
  })
  .transform((env) => ({
    maxRunUsd: env.MAX_RUN_COST,
    maxMonthUsd: env.MAX_MONTH_COST,
    prices: env.PRICES,
    monthlyRequests: env.MONTHLY_REQUESTS,
  }));

const kv = z
  .object({
    KV_BASE_URL: url.optional(),
    KV_RETRY_FIRST_MS: whole(1, 60_000),
    CLOUDFLARE_ACCOUNT_ID: z.string().optional(),
    KV_NAMESPACE_ID: z.string().optional(),
    CLOUDFLARE_API_TOKEN: z.string().optional(),
    CLOUDFLARE_ZONE_ID: z
      .string()
      .regex(/^[0-9a-f]{32}$/i, 'must be 32 hexadecimal digits')
      .optional(),
  })
  .superRefine((env, context) => {
    if (env.KV_BASE_URL !== undefined) return;
    for (const name of ['CLOUDFLARE_ACCOUNT_ID', 'KV_NAMESPACE_ID', 'CLOUDFLARE_API_TOKEN'] as const) {
      const message = 'is not set (nor is KV_BASE_URL)';
      if (env[name] === undefined) context.addIssue({ code: 'custom', path: [name], message });
    }
  })
  .transform((env) => ({
    /** Up to the namespace, without a slash at the end: append /bulk or /values/KEY. */
    baseUrl:
      env.KV_BASE_URL?.replace(/\/+$/, '') ??
      `https://api.cloudflare.com/client/v4/accounts/${env.CLOUDFLARE_ACCOUNT_ID}/storage/kv/namespaces/${env.KV_NAMESPACE_ID}`,
    apiToken: env.CLOUDFLARE_API_TOKEN ?? null,
    firstWaitMs: env.KV_RETRY_FIRST_MS,
    /** Whose caches forget old answers when a snapshot goes live; null: they expire. */
    zoneId: env.CLOUDFLARE_ZONE_ID ?? null,
  }));

const identity = z
  .object({ ID_HASH_KEY: text.regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits') })
  .transform((env) => ({ idHashKey: env.ID_HASH_KEY }));

const matching = z
  .object({
    PHONE_COUNTRY: z
      .string()
      .regex(/^[A-Z]{2}$/, 'is not a country such as PK or DE')
      .optional(),
    SHARED_CONTACT_LIMIT: whole(1, 100),
    JUNK_CONTACTS: z.string().optional(),
  })
  .transform((env) => ({
    phoneCountry: env.PHONE_COUNTRY ?? null,
    sharedLimit: env.SHARED_CONTACT_LIMIT,
    junk: (env.JUNK_CONTACTS ?? '').split(',').filter((entry) => entry.trim() !== ''),
  }));

const lengths = z
  .object({
    LENGTH_USER_RECOMMENDATIONS: whole(1, 255),
    LENGTH_USER_AFFINITY: whole(0, 255),
    LENGTH_USER_BOUGHT: whole(0, 31),
    LENGTH_SIMILAR: whole(1, 255),
    LENGTH_PAIRS: whole(2, 255),
    LENGTH_POPULAR: whole(1, 255),
  })
  .transform((env) => ({
    user_recommendations: env.LENGTH_USER_RECOMMENDATIONS,
    user_affinity: env.LENGTH_USER_AFFINITY,
    user_bought: env.LENGTH_USER_BOUGHT,
    user_cycles: env.LENGTH_USER_BOUGHT,
    similar: env.LENGTH_SIMILAR,
    pairs: env.LENGTH_PAIRS,
    popular: env.LENGTH_POPULAR,
  }));

const health = z
  .object({
    MAX_SNAPSHOT_AGE_DAYS: z.coerce.number({ error: 'is not a number' }).positive('must be above 0'),
    MAX_SYNC_AGE_HOURS: hours,
  })
  .transform((env) => ({
    maxSnapshotAgeDays: env.MAX_SNAPSHOT_AGE_DAYS,
    maxSyncAgeHours: env.MAX_SYNC_AGE_HOURS,
  }));

/** ENGINE itself is heeded before anything is read: batch/main.ts. */
const engines = z
  .object({
    EMBEDDED_ENDPOINT: url.optional(),
    ENGINE: z.enum(['aws', 'embedded', 'auto'], { error: 'must be aws, embedded or auto' }).optional(),
  })
  .refine((env) => env.ENGINE !== 'auto' || env.EMBEDDED_ENDPOINT !== undefined, {
    path: ['EMBEDDED_ENDPOINT'],
    error: 'is not set, which ENGINE=auto needs',
    when: () => true,
  })
  .transform((env) => ({
    /** Null: its lists are not compared. */
    embeddedEndpoint: env.EMBEDDED_ENDPOINT ?? null,
    engine: env.ENGINE ?? null,
  }));

/** Of a command whose environment has no name yet, somebody must be told all the same. */
const notify = z
  .object({
    NOTIFY_URL: url.optional(),
    NOTIFY_FORMAT: z.enum(['json', 'sns'], { error: 'must be json or sns' }),
    ENVIRONMENT: z.string().default('unnamed'),
  })
  .transform((env) => ({
    url: env.NOTIFY_URL ?? null,
    format: env.NOTIFY_FORMAT,
    environment: env.ENVIRONMENT,
  }));

const log = z
  .object({ LOG_FORMAT: z.enum(['text', 'json'], { error: 'must be text or json' }) })
  .transform((env) => ({ format: env.LOG_FORMAT }));

/**
 * What the settings of batch/variables.ts must look like, each part on its own: a command asks only for what it
 * needs. Defaults are filled in before (configValues.ts).
 */
export const PARTS = {
  database,
  sources,
  environment,
  s3,
  personalize,
  money,
  kv,
  identity,
  matching,
  lengths,
  gate: GateSettings,
  policy,
  health,
  notify,
  log,
  engines,
} as const;
