import * as z from 'zod';

/** Settings of what the Worker tells about itself. */
export const ObserveVariables = {
  /** What is deployed, such as a commit. */
  VERSION: z.string().max(64).default('dev'),
  /** Share of requests that write a line to the log; server errors always do. */
  LOG_SAMPLE: z.coerce.number().min(0).max(1).default(0.01),
  /** Where alarms go, as JSON. HTTPS, and a name in the public DNS. */
  ALERT_WEBHOOK_URL: z.url().nullable().default(null),
  MAX_SNAPSHOT_AGE_DAYS: z.coerce.number().min(0.01).default(35),
  MAX_SYNC_AGE_HOURS: z.coerce.number().min(0.01).default(48),
};
