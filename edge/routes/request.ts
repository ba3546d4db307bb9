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

export interface Page {
  readonly limit?: number | undefined;
  readonly numResults?: number | undefined;
  readonly offset?: number | undefined;
}

/** `numResults` is the older name of `limit`. */
export function pageOf(query: Page): { limit: number; offset: number } {
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
  return new Set([...bought, ...(await readItems(reader, exclude))]);
}

/** The item numbers of those products that are known. */
export async function readItems(reader: Reader, productIds: readonly string[] = []): Promise<number[]> {
  if (productIds.length === 0) return [];
  const { value } = await reader.read('product_index', (store) => store.itemNumbers(productIds));
  return value.filter((item) => item !== null);
}
