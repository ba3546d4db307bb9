import { generateShop } from '../../local/sample-shop/generateShop.ts';
import type { ShopProduct } from '../../local/sample-shop/product.ts';
import { Random } from '../../local/sample-shop/random.ts';
import { type ProductCard, productCard } from '../../shared/catalogue/card.ts';
import type { CatalogueEntry } from '../../shared/snapshot/catalogue.ts';
import type { Places } from '../../shared/snapshot/documents.ts';
import type { ItemList } from '../../shared/snapshot/itemList.ts';
import { itemWidthFor } from '../../shared/snapshot/itemNumbers.ts';
import { DEFAULT_LENGTHS, type SnapshotLayout } from '../../shared/snapshot/layout.ts';
import { USER_REASONS, type UserRecord } from '../../shared/snapshot/userRecord.ts';

/**
 * A shop's lists as a snapshot holds them, made up: every list is as long as a full one is, popular products
 * stand in more of them, and what goes together has near numbers. What they recommend is of no account here.
 */
export interface EdgeShop {
  readonly users: number;
  readonly items: number;
  readonly layout: SnapshotLayout;
  readonly places: Places;
  /** @param item from 1 */
  card(item: number): CatalogueEntry;
  /** @param user from 0 */
  user(user: number): UserRecord;
  similar(item: number): ItemList;
  pairs(item: number): ItemList;
  popular(name: string): ItemList;
}

/** Products whose cards differ; further ones are these under other numbers and names. */
const DISTINCT = 4_182;
const STREAMS = { user: 101, similar: 102, pairs: 103, popular: 104 };

const PLACES: Places = [
  ...['Lahore', 'Faisalabad', 'Multan', null].map((city): Places[number] => ['Punjab', city]),
  ...['Karachi', 'Hyderabad', null].map((city): Places[number] => ['Sindh', city]),
  ...['Peshawar', null].map((city): Places[number] => ['KPK', city]),
];

export function makeEdgeShop({ users, items }: { users: number; items: number }): EdgeShop {
  const lines = Math.min(items, DISTINCT);
  const products = [...generateShop({ users: 1, items: lines, lines: 10, until: '2026-11-01' }).products()];
  const layout: SnapshotLayout = { item_width: itemWidthFor(items), ...DEFAULT_LENGTHS };
  const list = (random: Random, length: number, draw: () => number): ItemList => {
    const drawn = distinct(Math.min(length, items - 1), draw);
    return {
      items: drawn,
      counts: drawn.map((_, i) => Math.max(1, 60 - i + random.below(4))),
      weights: drawn.map(() => 1 + 4 * random.next()),
      own: drawn.length,
    };
  };
  const near = (random: Random, item: number) => () =>
    1 + ((item + Math.round(random.normal() * 40) + 2 * items) % items);
  return {
    users,
    items,
    layout,
    places: PLACES,
    card: (item) => entryOf(products, item),
    user: (user) => userOf(new Random(1, STREAMS.user, user), items),
    similar(item) {
      const random = new Random(1, STREAMS.similar, item);
      return list(random, layout.similar, near(random, item));
    },
    pairs(item) {
      const random = new Random(1, STREAMS.pairs, item);
      return list(random, layout.pairs, near(random, item));
    },
    popular(name) {
      const random = new Random(1, STREAMS.popular, name.length);
      return list(random, layout.popular, () => popularItem(random, items));
    },
  };
}

/** Low numbers are bought more. */
function popularItem(random: Random, items: number): number {
  return 1 + Math.floor(items * random.next() ** 2.5);
}

function distinct(count: number, draw: () => number): number[] {
  const drawn = new Set<number>();
  for (let tries = 0; drawn.size < count && tries < 50 * count; tries += 1) drawn.add(draw());
  return [...drawn];
}

function userOf(random: Random, items: number): UserRecord {
  const draw = () => popularItem(random, items);
  const some = (count: number) => distinct(Math.min(count, items), draw);
  const list = some(DEFAULT_LENGTHS.user_recommendations);
  const bought = some(1 + random.below(DEFAULT_LENGTHS.user_bought));
  const reasons = list.map(() => random.pick(USER_REASONS));
  return {
    place: 1 + random.below(PLACES.length),
    items: list,
    scores: list.map((_, i) => 0.3 / (i + 1)),
    reasons,
    references: reasons.map((reason) => (reason === 'bought_with' ? random.below(bought.length) : null)),
    own: list.length,
    affinity: some(DEFAULT_LENGTHS.user_affinity),
    bought,
    cycles: bought.map(() => (random.next() < 0.1 ? 4 + random.below(8) : null)),
  };
}

function entryOf(products: readonly ShopProduct[], item: number): CatalogueEntry {
  const product = products[(item - 1) % products.length] as ShopProduct;
  const edition = Math.floor((item - 1) / products.length);
  const ending = edition === 0 ? '' : `-${edition + 1}`;
  const card: ProductCard = productCard({
    product_id: productIdOf(item),
    storefront_id: null,
    product_name: edition === 0 ? product.name : `${product.name} No. ${edition + 1}`,
    url: `${product.url}${ending}`,
    handle: `${product.handle}${ending}`,
    default_variant_id: String(Number(product.variantId) + item),
    price: String(product.price),
    currency: product.currency,
    category_path: [product.department, product.category, product.aisle],
    image_url: `https://cdn.shop.example/s/files/1/0612/8800/${product.handle}${ending}_600x600.jpg?v=1717000000`,
    available: product.available,
  });
  return { item, card, sellable: product.available, recommendable: true };
}

export function productIdOf(item: number): string {
  return String(2_000 + item);
}

export function userIdOf(user: number): string {
  return String(17_850 + user);
}
