import { DEFAULT_LENGTHS } from '../shared/snapshot/layout.ts';

type Engine = 'aws' | 'embedded';

/** A setting: declared here with its meaning, given in the environment or in the configuration file. */
interface Variable {
  readonly about: string;
  /** Used when it is given nowhere; one for each engine where they differ. Absent: it has no default. */
  readonly default?: string | Readonly<Record<Engine, string>>;
  /** Read from the environment only, and never shown. */
  readonly secret?: true;
}

/** Every setting of the batch; configParts.ts says what its value must look like. */
export const VARIABLES = {
  CONFIG_FILE: {
    about: 'JSON file with any of these settings but the secrets',
    default: 'batch.config.json',
  },
  DATABASE_URL: { about: 'PostgreSQL connection string, postgres://…', secret: true },
  ENVIRONMENT: { about: 'short name that goes into every cloud name, e.g. production or staging' },
  SOURCES_FILE: {
    about: 'JSON file that names the sources of orders (docs/sources.md)',
    default: 'sources.json',
  },
  AWS_REGION: { about: 'region of the bucket and of Personalize, e.g. eu-central-1' },
  S3_BUCKET: { about: 'bucket for exports and results' },
  S3_PREFIX: { about: 'folder inside the bucket', default: 'recommendations' },
  S3_FORCE_PATH_STYLE: { about: 'true for S3 look-alikes that have no bucket host names', default: 'false' },
  PERSONALIZE_ROLE_ARN: { about: 'role that lets Personalize read and write the bucket' },
  DATASET_GROUP_ARN: { about: 'dataset group to adopt; unset: one named after ENVIRONMENT is made' },
  SOLUTION_ARNS: {
    about: 'JSON, recipe to ARN: solutions to adopt, e.g. {"similar-items":"arn:…"}; the others are made',
    default: '{}',
  },
  AWS_ENDPOINT_URL_PERSONALIZE: { about: 'another address for Personalize: the embedded engine' },
  AWS_ENDPOINT_URL_S3: { about: 'another address for S3' },
  POLL_FIRST_MS: {
    about: 'first wait between looks at a job',
    default: { aws: '10000', embedded: '50' },
  },
  POLL_MAX_MS: {
    about: 'longest wait between looks at a job',
    default: { aws: '60000', embedded: '1000' },
  },
  JOB_TIMEOUT_HOURS: { about: 'a job older than this counts as failed', default: '48' },
  // On AWS an unfinished run holds paid work; elsewhere newer orders are worth more.
  RESUME_WITHIN_HOURS: {
    about: 'an unfinished run older than this is given up',
    default: { aws: '240', embedded: '12' },
  },
  RETRAIN: {
    about: 'when a run trains and infers: always, never or "older-than N days"',
    default: { aws: 'older-than 27 days', embedded: 'always' },
  },
  IMPORT_MODE: { about: 'full, or incremental: only newer interactions are imported', default: 'full' },
  RECIPE_USER_PERSONALIZATION: { about: 'v1 or v2 of the user-personalization recipe', default: 'v1' },
  REPEATS: {
    about: 'JSON, category to yes, no or learnt: is it bought again? {"Mattresses":"no"}',
    default: '{}',
  },
  // What Amazon charges for segments is not confirmed, so nothing is spent unless asked for.
  SEGMENTS: {
    about: 'on or off: item affinity by batch segments (their price on AWS is not confirmed)',
    default: { aws: 'off', embedded: 'on' },
  },
  SEGMENT_ITEMS: { about: 'best-selling items that get a segment', default: '1000' },
  SEGMENT_USERS: { about: 'users in a segment', default: '5000' },
  MAX_RUN_COST: { about: 'dollars a run may cost on AWS; it is refused before it spends any', default: '50' },
  MAX_MONTH_COST: {
    about: 'dollars a calendar month (UTC) may cost on AWS, this run included',
    default: '100',
  },
  PRICES: { about: 'JSON object: prices that differ from batch/cost/prices.ts', default: '{}' },
  MONTHLY_REQUESTS: { about: 'requests to the Worker in a month, for batch cost', default: '1000000' },
  KV_BASE_URL: { about: 'KV REST address up to the namespace; instead of account and namespace' },
  CLOUDFLARE_ACCOUNT_ID: { about: 'account that owns the KV namespace' },
  KV_NAMESPACE_ID: { about: 'KV namespace the Worker reads' },
  CLOUDFLARE_API_TOKEN: {
    about: 'token with Workers KV Storage: Edit (and Cache Purge, for the zone)',
    secret: true,
  },
  KV_RETRY_FIRST_MS: {
    about: 'first wait before a call to KV is tried again; it doubles, eight times at most',
    default: '500',
  },
  CLOUDFLARE_ZONE_ID: {
    about: 'zone of the Worker, whose caches are purged after a publish; unset: they expire',
  },
  ID_HASH_KEY: {
    about: "64 hexadecimal digits that key the customers' hashes; same as the Worker's",
    secret: true,
  },
  ENGINE: {
    about:
      'aws, embedded, or auto: whichever did better in the newest bake-off; unset: as AWS_ENDPOINT_URL_PERSONALIZE says',
  },
  EMBEDDED_ENDPOINT: {
    about: 'address of the embedded engine: each run compares its lists with the published',
  },
  NOTIFY_URL: {
    about: 'webhook told of runs that succeed, are held or fail, and of stale data; unset: nobody is told',
    secret: true,
  },
  NOTIFY_FORMAT: { about: 'json, or sns: the same wrapped as Amazon SNS delivers it', default: 'json' },
  LOG_FORMAT: { about: 'text for people, json for log collectors', default: 'text' },
  MAX_SNAPSHOT_AGE_DAYS: { about: 'batch status --check: an older live snapshot is stale', default: '35' },
  MAX_SYNC_AGE_HOURS: {
    about: 'batch status --check: an older sync or newest order is stale',
    default: '48',
  },
  EDGE_URL: {
    about: 'address of the deployed Worker, asked which snapshot formats it reads; unset: not asked',
  },
  GATE_CUSTOMER_COVERAGE: { about: 'least share of customers with 10 items of their own', default: '0.9' },
  GATE_PRODUCT_COVERAGE: {
    about: 'least share of products with 5 co-purchased neighbours, where the orders have them',
    default: '0.9',
  },
  GATE_UNKNOWN: { about: 'largest share of lists with an unknown product', default: '0.01' },
  GATE_SOLD_OUT: { about: 'largest share of lists with a sold-out product', default: '0.1' },
  GATE_SHRINK: { about: 'how much fewer customers or products than live there may be', default: '0.1' },
  GATE_OVERLAP: { about: 'least share of a top 10 that stays from the live snapshot', default: '0.1' },
  PHONE_COUNTRY: {
    about: 'two-letter country whose phone numbers stand without a country code; unset: those are not used',
  },
  SHARED_CONTACT_LIMIT: {
    about: 'an e-mail or phone that more customers have makes none of them one',
    default: '3',
  },
  JUNK_CONTACTS: {
    about:
      'e-mails, phones or @domains, with commas, that make no two customers one: the shop’s own, dummies',
    default: '',
  },
  LENGTH_USER_RECOMMENDATIONS: {
    about: 'recommendations kept for a customer',
    default: String(DEFAULT_LENGTHS.user_recommendations),
  },
  LENGTH_USER_AFFINITY: {
    about: 'affinity items kept for a customer',
    default: String(DEFAULT_LENGTHS.user_affinity),
  },
  LENGTH_USER_BOUGHT: {
    about: 'recent purchases kept for a customer',
    default: String(DEFAULT_LENGTHS.user_bought),
  },
  LENGTH_SIMILAR: { about: 'similar items kept for a product', default: String(DEFAULT_LENGTHS.similar) },
  LENGTH_PAIRS: { about: 'paired items kept for a product', default: String(DEFAULT_LENGTHS.pairs) },
  LENGTH_POPULAR: { about: 'items in a popular list', default: String(DEFAULT_LENGTHS.popular) },
} as const satisfies Record<string, Variable>;
export type VariableName = keyof typeof VARIABLES;

export const VARIABLE_NAMES = Object.keys(VARIABLES) as VariableName[];

export const variable = (name: VariableName): Variable => VARIABLES[name];

export function isVariable(name: string): name is VariableName {
  return Object.hasOwn(VARIABLES, name);
}

/** What a setting is when it is given nowhere; undefined when it has no default. */
export function defaultOf(name: VariableName, engine: Engine): string | undefined {
  const fallback = variable(name).default;
  return typeof fallback === 'object' ? fallback[engine] : fallback;
}

/** The settings as lines for --help. */
export function variableLines(names: readonly VariableName[]): string {
  const width = Math.max(...names.map((name) => name.length));
  return names
    .map((name) => `  ${name.padEnd(width)}  ${variable(name).about}${defaultNote(name)}`)
    .join('\n');
}

function defaultNote(name: VariableName): string {
  const aws = defaultOf(name, 'aws');
  const embedded = defaultOf(name, 'embedded');
  if (aws === undefined) return '';
  return aws === embedded ? ` [${aws}]` : ` [${aws}; embedded ${embedded}]`;
}
