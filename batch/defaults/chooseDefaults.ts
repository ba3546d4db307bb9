import type { ProductCard } from '../../shared/catalogue/card.ts';
import type { Defaults } from '../../shared/defaults/defaults.ts';
import { OVERALL_LIST } from '../../shared/snapshot/listKeys.ts';

interface NamedList {
  readonly name: string;
  /** Sellable items, best first. */
  readonly items: readonly number[];
}

interface DefaultsSources {
  readonly generatedAt: string | null;
  readonly snapshotId: number | null;
  readonly overall: readonly number[];
  /** The rest, most wanted first. */
  readonly lists: readonly NamedList[];
  readonly cardOf: (item: number) => ProductCard | null;
  readonly maxBytes: number;
}

/** What the overall list may take: the worst day still knows something of categories and places. */
const OVERALL_SHARE = 0.6;
const LIST_ITEMS = 24;

/**
 * Chooses what fits: the overall list first, then list by list, each with as many of its items as the
 * bytes left allow; items already chosen cost next to nothing. Never larger than `maxBytes` of JSON.
 */
export function chooseDefaults(sources: DefaultsSources): Defaults {
  const { overall, cardOf, maxBytes } = sources;
  const products: Defaults['products'] = [];
  const chosen = new Set<number>();
  const lists: Record<string, number[]> = { [OVERALL_LIST]: [] };
  let left =
    maxBytes -
    bytesOf({ generated_at: sources.generatedAt, snapshot_id: sources.snapshotId, products, lists });

  function take(name: string, items: readonly number[], reserve: number): void {
    const list: number[] = [];
    lists[name] = list;
    for (const item of items) {
      const card = chosen.has(item) ? null : cardOf(item);
      if (!chosen.has(item) && card === null) continue;
      const cost = String(item).length + 1 + (card === null ? 0 : bytesOf({ item, card }) + 1);
      if (cost > left - reserve) continue;
      left -= cost;
      list.push(item);
      if (card === null) continue;
      chosen.add(item);
      products.push({ item, card });
    }
    if (list.length === 0 && name !== OVERALL_LIST) delete lists[name];
  }

  take(OVERALL_LIST, overall, maxBytes * (1 - OVERALL_SHARE));
  for (const { name, items } of sources.lists) {
    const frame = bytesOf(name) + 4;
    if (frame > left) break;
    left -= frame;
    take(name, items.slice(0, LIST_ITEMS), 0);
  }
  return { generated_at: sources.generatedAt, snapshot_id: sources.snapshotId, products, lists };
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
