import type { ClientBase } from 'pg';

/** Something about the data that a person should know. */
export interface Finding {
  /** Stable name, e.g. `future_orders`. */
  readonly check: string;
  /** An error stops a run before anything is exported; a warning is told; a note only batch doctor tells. */
  readonly severity: 'error' | 'warning' | 'note';
  /** What was found, in plain words, with its count. */
  readonly message: string;
  readonly count: number;
  /** A few, without personal data: order and product ids, numbers of customers (customers.customer_number). */
  readonly examples: readonly string[];
  readonly remedy: string;
}

export interface Patient {
  readonly client: ClientBase;
  readonly now: Date;
  readonly engine: 'aws' | 'embedded';
}

/** One look at the data: set-based, so that two million lines take seconds. */
export type Look = (patient: Patient) => Promise<readonly Finding[]>;

/** Examples that are shown of a finding. */
export const MOST_EXAMPLES = 3;

export function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

export function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
}
