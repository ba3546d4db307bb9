import { BatchError } from '../errors.ts';

/** One right or credential, looked at. */
export interface CloudRow {
  readonly check: string;
  /** Null: it could not be looked at from here, which is no fault of it. */
  readonly ok: boolean | null;
  readonly detail: string;
  /** What to do; empty when all is well. */
  readonly remedy: string;
}

/** Thrown by a look that has no right to look. */
export class NotKnown extends Error {}

/** Does the look and tells what came of it; never throws. */
export async function look(check: string, remedy: string, work: () => Promise<string>): Promise<CloudRow> {
  try {
    return { check, ok: true, detail: await work(), remedy: '' };
  } catch (error) {
    if (error instanceof NotKnown) return { check, ok: null, detail: error.message, remedy };
    if (error instanceof BatchError) return { check, ok: false, detail: error.message, remedy: error.remedy };
    return { check, ok: false, detail: describe(error), remedy };
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { name, message } = error;
  return name === 'Error' || message.includes(name) ? message : `${name}: ${message}`;
}
