import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Defaults } from '../../shared/defaults/defaults.ts';
import { LARGEST_DEFAULTS_BYTES } from '../../shared/defaults/defaults.ts';
import { provinceList } from '../../shared/snapshot/listKeys.ts';
import { type EdgeShop, userIdOf } from './shop.ts';

/** The plain design's value of a customer: the whole list with its cards, ready to be cut. */
function plainValue(shop: EdgeShop, user: number): string {
  const { items, scores, reasons } = shop.user(user);
  const recommendations = items.map((item, i) => ({
    ...shop.card(item).card,
    ...{ score: scores[i] ?? null, score_kind: 'probability', reason_code: reasons[i] },
  }));
  return JSON.stringify({
    ...{ user_id: userIdOf(user), recommendations, generated_at: '2026-11-01T00:00:00.000Z' },
  });
}

/** Writes one value for each of some customers beside the snapshot. */
export async function writePlainValues(
  shop: EdgeShop,
  users: readonly number[],
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  await mkdir(join(folder, 'plain'), { recursive: true });
  const values = new Map(users.map((user) => [userIdOf(user), plainValue(shop, user)]));
  for (const [id, value] of values) await writeFile(join(folder, 'plain', id), value);
  return values;
}

/** Defaults of as many popular products as a bundle may have. */
export async function writeDefaults(shop: EdgeShop, path: string): Promise<void> {
  const products: { item: number; card: Defaults['products'][number]['card'] }[] = [];
  let bytes = 2_000;
  for (let item = 1; item <= shop.items; item += 1) {
    const { card, sellable } = shop.card(item);
    bytes += JSON.stringify(card).length + 30;
    if (bytes > LARGEST_DEFAULTS_BYTES) break;
    if (sellable) products.push({ item, card });
  }
  const all = products.map(({ item }) => item);
  const defaults: Defaults = {
    ...{ generated_at: '2026-11-01T00:00:00.000Z', snapshot_id: 1, products },
    lists: { overall: all, [provinceList('Punjab')]: all.slice(0, 40) },
  };
  await writeFile(path, JSON.stringify(defaults));
}
