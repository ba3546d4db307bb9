import type { ClientBase } from 'pg';
import { z } from 'zod';
import { readRows } from '../db/readRows.ts';

/** What the batch keeps of every product while it works. Arrays go by item number. */
export interface Products {
  readonly count: number;
  readonly maxItem: number;
  readonly numberOf: ReadonlyMap<string, number>;
  /** 1 = never trained on nor recommended otherwise: postage and the like are 0. */
  readonly recommendable: Uint8Array;
  /** 1 = recommendable and available: may stand in a list. */
  readonly sellable: Uint8Array;
  /** Category of each item as an index into categoryPaths. */
  readonly categoryOf: Uint32Array;
  readonly categoryPaths: readonly (readonly string[])[];
}

const Path = z.array(z.string());

/** Streams all products; needs memory for an id and a few bytes each. */
export async function readProducts(client: ClientBase): Promise<Products> {
  const maxItem = await largestItemNumber(client);
  const numberOf = new Map<string, number>();
  const recommendable = new Uint8Array(maxItem + 1);
  const sellable = new Uint8Array(maxItem + 1);
  const categoryOf = new Uint32Array(maxItem + 1);
  const categoryPaths: string[][] = [];
  const categoryIndex = new Map<string, number>();
  const query = `SELECT item_number, product_id, available::int, recommendable::int, to_json(category_path)::text
                 FROM products ORDER BY item_number`;
  for await (const rows of readRows(client, query, 5)) {
    while (rows.next()) {
      const item = rows.int32(0);
      numberOf.set(rows.text(1) ?? '', item);
      recommendable[item] = rows.int32(3);
      sellable[item] = rows.int32(2) & rows.int32(3);
      const path = rows.text(4) ?? '[]';
      let category = categoryIndex.get(path);
      if (category === undefined) {
        category = categoryPaths.push(Path.parse(JSON.parse(path))) - 1;
        categoryIndex.set(path, category);
      }
      categoryOf[item] = category;
    }
  }
  return { count: numberOf.size, maxItem, numberOf, recommendable, sellable, categoryOf, categoryPaths };
}

async function largestItemNumber(client: ClientBase): Promise<number> {
  const answer = await client.query('SELECT coalesce(max(item_number), 0) AS max FROM products');
  return z.object({ max: z.int() }).parse(answer.rows[0]).max;
}
