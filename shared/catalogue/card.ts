import * as z from 'zod';

/** What a storefront needs to draw a product with a working link and add-to-cart. */
export const ProductCard = z.object({
  product_id: z.string(),
  /** What the storefront itself calls the product, where it is known by another id there. */
  storefront_id: z.string().nullable(),
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

/** Systems whose ids of products are a storefront's, as `product_alias` names them. */
const STOREFRONT_SOURCES = ['storefront', 'shopify'];

/** SQL: a storefront's id of the product `p`, or NULL. */
export const STOREFRONT_ID = `(SELECT min(a.source_id) FROM product_alias a
  WHERE a.product_id = p.product_id AND a.source = ANY ('{${STOREFRONT_SOURCES.join()}}'))`;

/** The columns of `products` a card is made of, as drivers give them: numeric ones come as text. */
export const ProductCardRow = z.object({
  product_id: z.string(),
  storefront_id: z.string().nullable(),
  product_name: z.string(),
  url: z.string().nullable(),
  handle: z.string().nullable(),
  default_variant_id: z.string().nullable(),
  price: z.string().nullable(),
  currency: z.string().nullable(),
  category_path: z.array(z.string()),
  image_url: z.string().nullable(),
  available: z.boolean(),
});
export type ProductCardRow = z.infer<typeof ProductCardRow>;

/** The one place that makes cards: snapshot, Postgres answers and defaults show the same. */
export function productCard(row: ProductCardRow): ProductCard {
  return {
    product_id: row.product_id,
    storefront_id: row.storefront_id,
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
