/** When the batch works unless told otherwise, as cron has it: minute, hour, day, month, day of the week; UTC. */
export const USUAL_TIMES = {
  /** The ERP or till, several times a day: what was just bought and sold out shows soon. */
  sync: '0 */6 * * *',
  /** Before the shops open in the west, after a day is complete in the east. */
  shopify: '0 2 * * *',
  /** Paid by the run: once a month. After the Shopify sync, so that the day before is in it. */
  aws: '0 3 1 * *',
  embedded: '0 3 * * *',
} as const;

export const USUAL_TIME_ZONE = 'UTC';

/** The same in months of 30 days, for a forecast: the ERP every 6 hours, Shopify daily. */
export const USUAL_SYNCS_A_MONTH = 150;

export function usualRunsAMonth(engine: 'aws' | 'embedded'): number {
  return engine === 'aws' ? 1 : 30;
}
