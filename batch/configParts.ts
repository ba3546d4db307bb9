import { z } from 'zod';
import { hours, region, switchOf, text, url, whole } from './configFields.ts';
import { PricesSetting } from './cost/prices.ts';
import { engineOf } from './engineOf.ts';
import { GateSettings } from './gate/gateLimits.ts';
import { personalize } from './personalize/personalizePart.ts';
import { policy } from './policy/policyPart.ts';

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

/** What ENGINE=aws and ENGINE=embedded mean stands in configValues.ts, what ENGINE=auto does in main.ts. */
const engines = z
  .object({
    EMBEDDED_ENDPOINT: url.optional(),
    AWS_ENDPOINT_URL_PERSONALIZE: z.string().optional(),
    ENGINE: z.enum(['aws', 'embedded', 'auto'], { error: 'must be aws, embedded or auto' }).optional(),
  })
  .refine((env) => env.ENGINE !== 'auto' || env.EMBEDDED_ENDPOINT !== undefined, {
    path: ['EMBEDDED_ENDPOINT'],
    error: 'is not set, which ENGINE=auto needs',
    when: () => true,
  })
  .refine((env) => env.ENGINE !== 'embedded' || engineOf(env.AWS_ENDPOINT_URL_PERSONALIZE) === 'embedded', {
    path: ['EMBEDDED_ENDPOINT'],
    error: 'is not set, which ENGINE=embedded needs',
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
