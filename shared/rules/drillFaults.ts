import * as z from 'zod';

/** What can fail: the pointer, the catalogue parts, all other parts of a snapshot, the rules, Postgres. */
export const DRILL_STORES = ['pointer', 'catalogue', 'shard', 'rules', 'postgres'] as const;
export type DrillStore = (typeof DRILL_STORES)[number];

/** `slow`: half of what a read of the store may take. `stale` pointer: the previous snapshot is live. */
export const DRILL_FAULTS = [
  'fine',
  'error',
  'slow',
  'hanging',
  'corrupt',
  'old_format',
  'missing',
  'stale',
] as const;
export type DrillFault = (typeof DRILL_FAULTS)[number];

/** Which store fails how; those not named are fine. */
export const DrillFaults = z.partialRecord(z.enum(DRILL_STORES), z.enum(DRILL_FAULTS));
export type DrillFaults = z.infer<typeof DrillFaults>;

/** The request header that carries a signed drill. */
export const DRILL_HEADER = 'x-drill';
/** A drill ends by itself after so many seconds at most. */
export const LONGEST_DRILL_SECONDS = 600;
