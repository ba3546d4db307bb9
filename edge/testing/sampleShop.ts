import { type ProductCard, productCard } from '../../shared/catalogue/card.ts';
import type { Defaults } from '../../shared/defaults/defaults.ts';
import type {
  AnalyticsMetrics,
  AnalyticsPairs,
  AnalyticsProducts,
  AnalyticsSegments,
  Places,
} from '../../shared/snapshot/documents.ts';
import type { ItemList } from '../../shared/snapshot/itemList.ts';
import type { SnapshotLayout } from '../../shared/snapshot/layout.ts';
import { categoryList, categoryNameList, cityList, provinceList } from '../../shared/snapshot/listKeys.ts';
import type { UserRecord } from '../../shared/snapshot/userRecord.ts';

/**
 * A shop small enough to know by heart: 20 products. 1–10 are mattresses, 11–20 pillows; 5 is sold out,
 * 20 is postage. Customer `ayesha` of Lahore bought 1 and 2; `bilal` bought 3 and has no list of his own.
 */
export const TEST_KEY = '5ec2e7'.padEnd(64, '0');

export const LAYOUT: SnapshotLayout = {
  item_width: 2,
  user_recommendations: 8,
  user_affinity: 4,
  user_bought: 4,
  user_cycles: 4,
  similar: 6,
  pairs: 4,
  popular: 20,
};

export interface SampleProduct {
  readonly item: number;
  readonly card: ProductCard;
  readonly recommendable: boolean;
}

export const PRODUCTS: readonly SampleProduct[] = Array.from({ length: 20 }, (_, i) => {
  const item = i + 1;
  const card = productCard({
    product_id: `P-${item}`,
    storefront_id: item === 1 ? '9001' : null,
    product_name: item === 20 ? 'Postage' : `${item <= 10 ? 'Mattress' : 'Pillow'} ${item} “Süß”`,
    url: `https://shop.example/products/${item}`,
    handle: `product-${item}`,
    default_variant_id: `${item}00`,
    price: `${item}.50`,
    currency: 'PKR',
    category_path: item <= 10 ? ['Bedding', 'Mattresses'] : ['Bedding', 'Pillows'],
    image_url: null,
    available: item !== 5,
  });
  return { item, card, recommendable: item !== 20 };
});

export const PLACES: Places = [
  ['Punjab', 'Lahore'],
  ['Sindh', 'Karachi'],
];

function listOf(items: number[], counts: number[] = [], own = items.length): ItemList {
  return { items, counts: items.map((_, i) => counts[i] ?? 0), weights: items.map(() => 2.5), own };
}

/** Has a list, affinity and purchases; 2 is due again every five weeks, 5 sold out, 7 the batch's popular fill. */
export const AYESHA: UserRecord = {
  place: 1,
  items: [11, 5, 2, 13, 7],
  scores: [0.2, 0.15, 0.1, null, 0.01],
  reasons: ['bought_with', 'similar_taste', 'buy_again', 'similar_taste', 'popular_in_place'],
  references: [0, null, 1, null, null],
  own: 4,
  affinity: [14, 15],
  bought: [1, 2],
  cycles: [null, 5],
};

/** Customers by unified id. */
export const USERS: Readonly<Record<string, UserRecord>> = {
  ayesha: AYESHA,
  bilal: {
    place: 2,
    items: [],
    scores: [],
    reasons: [],
    references: [],
    own: 0,
    affinity: [],
    bought: [3],
    cycles: [null],
  },
};

/**
 * What other systems call them. `17` is bilal in the shop's own till, but somebody else at Shopify, so
 * without a system's name it is nobody.
 */
export const CUSTOMER_ALIASES = [
  { source: 'shopify', id: '601', customer: 'ayesha' },
  { source: null, id: '601', customer: 'ayesha' },
  { source: 'till', id: '17', customer: 'bilal' },
  { source: 'shopify', id: '17', customer: 'ayesha' },
  { source: 'till', id: 'ayesha', customer: 'bilal' },
] as const;
export const PRODUCT_ALIASES = [
  { source: 'shopify', id: '9001', item: 1 },
  { source: 'till', id: '100', item: 1 },
  { source: null, id: '9001', item: 1 },
  { source: null, id: '100', item: 1 },
  { source: 'till', id: 'P-2', item: 3 },
] as const;

export const SIMILAR: ReadonlyMap<number, ItemList> = new Map([
  [1, listOf([2, 11, 20, 6], [5, 0, 3, 0], 3)],
  [2, listOf([1, 12, 19], [5, 2, 3])],
  [3, listOf([4, 13], [2, 0])],
]);
export const PAIRS: ReadonlyMap<number, ItemList> = new Map([[1, listOf([2, 11, 1], [5, 4, 10], 2)]]);
const TOP_PAIRS: AnalyticsPairs = [
  [1, 2, 5, 2.5, 10],
  [1, 20, 4, 1.5, 10],
  [1, 11, 4, 1.25, 10],
];
export const DOCUMENTS = {
  analytics_pairs: TOP_PAIRS,
  analytics_products: [
    { item: 1, orders: 10, customers: 8, repeat_customers: 2, neighbours: 3, best: [2, 5] },
    { item: 20, orders: 9, customers: 9, repeat_customers: 0, neighbours: 2, best: null },
    { item: 5, orders: 4, customers: 0, repeat_customers: 0, neighbours: 1, best: [20, 4] },
  ] satisfies AnalyticsProducts,
  analytics_segments: {
    customers: 40,
    least: 10,
    segments: [
      {
        customers: 30,
        orders: 2.5,
        similarity: 0.8,
        tastes: [{ category_path: ['Bedding', 'Mattresses'], share: 0.75, lift: 1.5 }],
      },
    ],
  } satisfies AnalyticsSegments,
  analytics_metrics: { items_per_order: 1.5, pairs: 12 } satisfies AnalyticsMetrics,
};

export const POPULAR: ReadonlyMap<string, ItemList> = new Map([
  ['overall', listOf([6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 1, 2, 3, 4, 5])],
  ['trending', listOf([19, 18])],
  [categoryList(['Bedding']), listOf([6, 7, 16, 17])],
  [categoryList(['Bedding', 'Pillows']), listOf([16, 17, 18])],
  [categoryNameList('Pillows'), listOf([16, 17, 18])],
  [categoryNameList('Mattresses'), listOf([6, 7])],
  [provinceList('Punjab'), listOf([8, 9])],
  [cityList('Punjab', 'Lahore'), listOf([10, 9])],
  [cityList(null, 'Lahore'), listOf([10, 9])],
  [provinceList('Sindh'), listOf([18])],
]);

/** What the Worker has bundled: fewer products, other order, so that tests see where a list comes from. */
export const DEFAULTS: Defaults = {
  generated_at: '2026-01-01T00:00:00.000Z',
  snapshot_id: 1,
  products: PRODUCTS.filter(({ item }) => [19, 18, 17].includes(item)).map(({ item, card }) => ({
    item,
    card,
  })),
  lists: { overall: [19, 18, 17], [provinceList('Punjab')]: [17], [categoryNameList('Pillows')]: [18] },
};
