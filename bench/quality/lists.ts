import { recommendForUsers } from '../../local/engine/infer.ts';
import type { Model } from '../../local/engine/model.ts';

/** Every asked user's list of `k` item indexes, by user index. */
export async function listsOf(
  model: Model,
  users: readonly number[],
  options: { readonly k: number; readonly excludePurchased?: boolean },
): Promise<Map<number, { ids: Int32Array; scores: Float32Array }>> {
  const lists = new Map<number, { ids: Int32Array; scores: Float32Array }>();
  await recommendForUsers(model, {
    of: users,
    ...options,
    onBatch(batch) {
      for (let row = 0; row < batch.rows; row += 1) {
        const from = row * batch.width;
        const ids = batch.ids.slice(from, from + batch.width).filter((id) => id >= 0);
        lists.set(users[batch.from + row] as number, {
          ids,
          scores: batch.scores.slice(from, from + ids.length),
        });
      }
    },
  });
  return lists;
}

export function relevance(ids: Int32Array, truth: ReadonlySet<number>): Uint8Array {
  return Uint8Array.from(ids, (id) => (truth.has(id) ? 1 : 0));
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, one) => sum + one, 0) / values.length;
}
