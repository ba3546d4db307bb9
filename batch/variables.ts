/** Every environment variable the batch reads: shown by --help and beside each problem. */
interface Variable {
  readonly about: string;
}

export const VARIABLES = {
  DATABASE_URL: { about: 'PostgreSQL connection string, postgres://…' },
  ENVIRONMENT: { about: 'short name that goes into every cloud name, e.g. production or staging' },
  AWS_REGION: { about: 'region of the bucket and of Personalize, e.g. eu-central-1' },
  S3_BUCKET: { about: 'bucket for exports and results' },
  S3_PREFIX: { about: 'folder inside the bucket [recommendations]' },
  S3_FORCE_PATH_STYLE: { about: 'true for S3 look-alikes that have no bucket host names [false]' },
  PERSONALIZE_ROLE_ARN: { about: 'role that lets Personalize read and write the bucket' },
  AWS_ENDPOINT_URL_PERSONALIZE: { about: 'another address for Personalize: the embedded engine' },
  AWS_ENDPOINT_URL_S3: { about: 'another address for S3' },
  POLL_FIRST_MS: { about: 'first wait between looks at a job [10000; embedded 50]' },
  POLL_MAX_MS: { about: 'longest wait between looks at a job [60000; embedded 1000]' },
  JOB_TIMEOUT_HOURS: { about: 'a job older than this counts as failed [48]' },
  RESUME_WITHIN_HOURS: { about: 'an unfinished run older than this is given up [240; embedded 12]' },
  SEGMENTS: { about: 'on or off: item affinity by batch segments [embedded on, aws off: unpriced]' },
  SEGMENT_ITEMS: { about: 'best-selling items that get a segment [1000]' },
  SEGMENT_USERS: { about: 'users in a segment [5000]' },
  KV_BASE_URL: { about: 'KV REST address up to the namespace; instead of account and namespace' },
  CLOUDFLARE_ACCOUNT_ID: { about: 'account that owns the KV namespace' },
  KV_NAMESPACE_ID: { about: 'KV namespace the Worker reads' },
  CLOUDFLARE_API_TOKEN: { about: 'token with Workers KV Storage: Edit (and Cache Purge, for the zone)' },
  CLOUDFLARE_ZONE_ID: { about: 'zone of the Worker, whose caches are purged after a publish [they expire]' },
  ID_HASH_KEY: {
    about: "64 hexadecimal digits that key the customers' hashes; same as the Worker's",
  },
  LENGTH_USER_RECOMMENDATIONS: { about: 'recommendations kept for a customer [50]' },
  LENGTH_USER_AFFINITY: { about: 'affinity items kept for a customer [20]' },
  LENGTH_USER_BOUGHT: { about: 'recent purchases kept for a customer [16]' },
  LENGTH_SIMILAR: { about: 'similar items kept for a product [50]' },
  LENGTH_PAIRS: { about: 'paired items kept for a product [20]' },
  LENGTH_POPULAR: { about: 'items in a popular list [100]' },
} as const satisfies Record<string, Variable>;
export type VariableName = keyof typeof VARIABLES;

/** The variables as lines for --help. */
export function variableLines(names: readonly VariableName[]): string {
  const width = Math.max(...names.map((name) => name.length));
  return names.map((name) => `  ${name.padEnd(width)}  ${VARIABLES[name].about}`).join('\n');
}
