/** How often the batch runs unless told otherwise (docs/batch.md): syncs every 6 hours, in months of 30 days. */
export const SYNCS_A_MONTH = 120;

/** AWS on the first of the month, the embedded engine daily. */
export function defaultRuns(engine: 'aws' | 'embedded'): number {
  return engine === 'aws' ? 1 : 30;
}
