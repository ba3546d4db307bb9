import type { Context } from 'hono';
import type { UserRecord } from '../../shared/snapshot/userRecord.ts';
import type { Reader } from '../stores/ladder.ts';

const DEFAULT_LIMIT = 10;

/** Keeps reads going after the answer; without a runtime around it (tests) they simply go on. */
export function background(c: Context): (promise: Promise<unknown>) => void {
  try {
    const context = c.executionCtx;
    return (promise) => context.waitUntil(promise);
  } catch {
    return () => undefined;
  }
}

/** `numResults` is the older name of `limit`. */
export function pageOf(query: {
  limit?: number | undefined;
  numResults?: number | undefined;
  offset?: number | undefined;
}) {
  return { limit: query.limit ?? query.numResults ?? DEFAULT_LIMIT, offset: query.offset ?? 0 };
}

export interface Exclusions {
  readonly exclude?: readonly string[] | undefined;
  readonly exclude_bought?: boolean | undefined;
}

/** Item numbers that must not be in the answer. */
export async function readLeaveOut(
  reader: Reader,
  { exclude, exclude_bought }: Exclusions,
  record: UserRecord | null,
): Promise<Set<number>> {
  const bought = exclude_bought && record !== null ? record.bought : [];
  if (exclude === undefined || exclude.length === 0) return new Set(bought);
  const { value } = await reader.read('product_index', (store) => store.itemNumbers(exclude));
  return new Set([...bought, ...value.filter((item) => item !== null)]);
}
