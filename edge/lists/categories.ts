import type { CustomerCategory } from '../../shared/api/recommendation.ts';
import { purchasesOf } from './customer.ts';
import type { Question } from './question.ts';

/** Categories named of a customer, and products they are found by. */
const CATEGORIES = 5;
const PRODUCTS = 16;

/** The categories a customer buys from: where their affinity and their latest purchases stand. */
export function readCategories({ reader, customer }: Question): CustomerCategory[] {
  const known = customer();
  const affinity = known.record?.affinity.slice(0, PRODUCTS) ?? [];
  const bought = known.purchaseReasons ? purchasesOf(known).slice(0, PRODUCTS) : [];
  const items = [...new Set([...affinity, ...bought])];
  if (items.length === 0) return [];
  const { value: cards } = reader.read('catalogue', (store) => store.cards(items));
  const found = new Map<string, { path: readonly string[]; products: number }>();
  for (const card of cards) {
    const path = card?.product().category_path ?? [];
    if (path.length === 0) continue;
    const name = JSON.stringify(path);
    found.set(name, { path, products: (found.get(name)?.products ?? 0) + 1 });
  }
  return [...found.values()]
    .sort((a, b) => b.products - a.products)
    .slice(0, CATEGORIES)
    .map(({ path, products }) => ({ category: path.at(-1) ?? '', category_path: [...path], products }));
}
