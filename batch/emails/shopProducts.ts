import type { ClientBase } from 'pg';
import { z } from 'zod';
import { placeKey } from '../../shared/identity/place.ts';

const ProductRow = z.object({
  item_number: z.int(),
  product_id: z.string(),
  product_name: z.string(),
  url: z.string().nullable(),
  image_url: z.string().nullable(),
  price: z.coerce.number().nullable(),
  currency: z.string().nullable(),
  category_path: z.array(z.string()),
});
export type EmailProduct = z.infer<typeof ProductRow>;

/** The products that can be bought now, as they are now: not as the snapshot knew them. */
export interface ShopProducts {
  /** Null: it is sold out, gone, or no merchandise. */
  find(item: number): EmailProduct | null;
  numberOf(productId: string): number | null;
  /** @param category a placeKey() */
  isOf(item: number, category: string): boolean;
}

export async function readShopProducts(client: ClientBase): Promise<ShopProducts> {
  const { rows } = await client.query(
    `SELECT item_number, product_id, product_name, url, image_url, price, currency, category_path
     FROM products WHERE available AND recommendable`,
  );
  const byItem = new Map<number, EmailProduct>();
  const byId = new Map<string, number>();
  const categories = new Map<number, ReadonlySet<string>>();
  for (const product of z.array(ProductRow).parse(rows)) {
    byItem.set(product.item_number, product);
    byId.set(product.product_id, product.item_number);
    categories.set(product.item_number, new Set(product.category_path.map(placeKey)));
  }
  return {
    find: (item) => byItem.get(item) ?? null,
    numberOf: (id) => byId.get(id) ?? null,
    isOf: (item, category) => categories.get(item)?.has(category) ?? false,
  };
}
