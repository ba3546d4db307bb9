import { z } from 'zod';

const usd = z.number().min(0);
const amount = z.number().min(0);

/**
 * US dollars, and what is free. Figures of Personalize come from public notes: Amazon's own page could not be
 * read; the others from the providers' public pages. Override any of them with PRICES, and the date with them.
 */
const Prices = z.strictObject({
  /** When these figures were last looked at. */
  as_of: z.iso.date(),

  /** Personalize: a GB of imported data. */
  ingestion_gb: usd,
  /** Personalize: an hour of 4 vCPU and 8 GiB; more are billed than pass on the clock. */
  training_hour: usd,
  /** Personalize, v1 recipes: 1,000 users or items of a batch inference job. */
  inference_1000: usd,
  /** Personalize, v2 recipes: training on 1,000 interactions. */
  training_v2_1000_interactions: usd,
  inference_v2_1000: usd,
  /** Personalize: 1,000 users in segments, each counted once for every segment. Null: not confirmed, so not spent. */
  segment_1000_users: usd.nullable(),
  /** Personalize: one request a second kept ready for an hour by a campaign. */
  campaign_tps_hour: usd,

  s3_gb_month: usd,
  s3_put_1000: usd,
  s3_get_1000: usd,

  /** Cloudflare: the paid plan, due once anything of the free one is exceeded. */
  workers_plan_month: usd,
  worker_requests_free_day: amount,
  worker_requests_included_month: amount,
  worker_requests_million: usd,
  kv_reads_free_day: amount,
  kv_reads_included_month: amount,
  kv_reads_million: usd,
  kv_writes_free_day: amount,
  kv_writes_included_month: amount,
  kv_writes_million: usd,
  kv_gb_free: amount,
  kv_gb_month: usd,

  neon_gb_free: amount,
  neon_gb_month: usd,
  neon_cu_hours_free: amount,
  neon_cu_hour: usd,

  /** Fargate in us-east-1, Linux on x86. */
  container_vcpu_hour: usd,
  container_gb_hour: usd,
});
export type Prices = z.infer<typeof Prices>;

const KNOWN: Prices = {
  as_of: '2026-11-27',
  ingestion_gb: 0.05,
  training_hour: 0.24,
  inference_1000: 0.067,
  training_v2_1000_interactions: 0.002,
  inference_v2_1000: 0.15,
  segment_1000_users: null,
  campaign_tps_hour: 0.2,
  s3_gb_month: 0.023,
  s3_put_1000: 0.005,
  s3_get_1000: 0.0004,
  workers_plan_month: 5,
  worker_requests_free_day: 100_000,
  worker_requests_included_month: 10_000_000,
  worker_requests_million: 0.3,
  kv_reads_free_day: 100_000,
  kv_reads_included_month: 10_000_000,
  kv_reads_million: 0.5,
  kv_writes_free_day: 1_000,
  kv_writes_included_month: 1_000_000,
  kv_writes_million: 5,
  kv_gb_free: 1,
  kv_gb_month: 0.5,
  neon_gb_free: 0.5,
  neon_gb_month: 0.35,
  neon_cu_hours_free: 100,
  neon_cu_hour: 0.106,
  container_vcpu_hour: 0.04048,
  container_gb_hour: 0.004445,
};

const Override = Prices.partial();

/** PRICES: a JSON object with the prices that differ from the table. */
export const PricesSetting = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'is not JSON' });
      return z.NEVER;
    }
  })
  .pipe(
    z.unknown().transform((value, context): Prices => {
      const read = Override.safeParse(value);
      if (read.success) return { ...KNOWN, ...withoutUndefined(read.data) };
      const where = read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ');
      context.addIssue({ code: 'custom', message: `does not fit the price table: ${where}` });
      return z.NEVER;
    }),
  );

function withoutUndefined(given: z.infer<typeof Override>): Partial<Prices> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
