import * as z from 'zod';

/** What a storefront needs to draw a product with a working link and add-to-cart. */
export const ProductCard = z.object({
  product_id: z.string(),
  product_name: z.string(),
  category: z.string().nullable(),
  category_path: z.array(z.string()),
  price: z.number().nullable(),
  currency: z.string().nullable(),
  url: z.string().nullable(),
  handle: z.string().nullable(),
  variant_id: z.string().nullable(),
  image_url: z.string().nullable(),
  available: z.boolean(),
});
export type ProductCard = z.infer<typeof ProductCard>;

/** The columns of `products` a card is made of; prices come as text from numeric columns. */
export interface ProductCardRow {
  readonly product_id: string;
  readonly product_name: string;
  readonly url: string | null;
  readonly handle: string | null;
  readonly default_variant_id: string | null;
  readonly price: string | number | null;
  readonly currency: string | null;
  readonly category_path: readonly string[];
  readonly image_url: string | null;
  readonly available: boolean;
}

/** The one place that makes cards: snapshot, Postgres answers and defaults show the same. */
export function productCard(row: ProductCardRow): ProductCard {
  return {
    product_id: row.product_id,
    product_name: row.product_name,
    category: row.category_path.at(-1) ?? null,
    category_path: [...row.category_path],
    price: row.price === null ? null : Number(row.price),
    currency: row.currency,
    url: row.url,
    handle: row.handle,
    variant_id: row.default_variant_id,
    image_url: row.image_url,
    available: row.available,
  };
}
