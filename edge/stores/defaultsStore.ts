import { Defaults } from '../../shared/defaults/defaults.ts';
import type { RulesDocument } from '../../shared/rules/rulesDocument.ts';
import type { ItemList } from '../../shared/snapshot/itemList.ts';
import { categoryNameList } from '../../shared/snapshot/listKeys.ts';
import { type Store, type StoredCard, storedCard } from './store.ts';

const NOTHING: Defaults = { generated_at: null, snapshot_id: null, products: [], lists: {} };

export interface DefaultsStore extends Store {
  readonly products: number;
  readonly problem: string | null;
  /** The shop's rules at the deploy; null when none were bundled. */
  readonly rules: RulesDocument | null;
}

/** The lists bundled at deploy: always there, for nobody in particular. Never throws. */
export function openDefaultsStore(bundled: unknown): DefaultsStore {
  const parsed = Defaults.safeParse(bundled);
  const { generated_at, snapshot_id, products, lists, rules = null } = parsed.data ?? NOTHING;
  const byName = named(lists);
  const cards = new Map<number, StoredCard>();
  const numbers = new Map<string, number>();
  for (const { item, card } of products) {
    cards.set(
      item,
      storedCard(() => JSON.stringify(card), { sellable: card.available, recommendable: true }),
    );
    numbers.set(card.product_id, item);
  }
  return {
    source: 'defaults',
    facts: { snapshot_id, generated_at, data_until: null, score_kind: null, counts: {} },
    products: cards.size,
    rules,
    problem: parsed.success ? null : 'the bundled defaults are not readable',
    user: () => null,
    customerOf: () => null,
    similar: (items) => items.map(() => null),
    pairs: (items) => items.map(() => null),
    popular: (names) => names.map((name) => listOf(byName.get(name))),
    itemNumbers: (productIds) => productIds.map((id) => numbers.get(id) ?? null),
    cards: (items) => items.map((item) => cards.get(item) ?? null),
    places: () => [],
    document: () => null,
  };
}

/** The file holds categories by their whole path; like a snapshot it answers to their own name too. */
function named(lists: Defaults['lists']): ReadonlyMap<string, readonly number[]> {
  const byName = new Map(Object.entries(lists));
  for (const [name, items] of Object.entries(lists)) {
    const own = /^category:.*>(.+)$/.exec(name)?.[1];
    const alias = own === undefined ? null : categoryNameList(own);
    if (alias !== null && !byName.has(alias)) byName.set(alias, items);
  }
  return byName;
}

function listOf(items: readonly number[] | undefined): ItemList | null {
  if (items === undefined) return null;
  const zeros = items.map(() => 0);
  return { items: [...items], counts: zeros, weights: zeros, own: items.length };
}
