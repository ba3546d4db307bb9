import type pg from 'pg';
import { z } from 'zod';

/** A list that has lost more of the shop than this is taken for a mistake of whoever made it. */
const MOST_LOST_SHARE = 0.5;
/** …unless there were hardly any. */
const FEW = 20;

const Lost = z.object({ known: z.int(), lost: z.int() });

/** The products of a source that were seen in this reading of its catalogue. */
export interface CatalogueSeen {
  add(productId: string): void;
  /** Makes what was not seen unavailable. @returns how many that were */
  retireMissing(client: pg.ClientBase): Promise<number>;
}

interface Catalogue {
  readonly source: { readonly name: string };
  /** Believe the list whatever it has lost. */
  readonly full: boolean;
  readonly note: (note: string) => void;
}

/** Sellable products of the source that are not among the seen. */
const MISSING = `
  FROM products p
  WHERE p.available AND EXISTS (
    SELECT FROM product_alias a WHERE a.product_id = p.product_id AND a.source = $1)
  AND NOT EXISTS (
    SELECT FROM product_alias a JOIN seen_products s ON s.source_id = a.source_id
    WHERE a.product_id = p.product_id AND a.source = $1)`;

/** Products that a full list no longer names were deleted at their source. */
export function createCatalogueSeen({ source, full, note }: Catalogue): CatalogueSeen {
  const seen = new Set<string>();
  return {
    add: (productId) => void seen.add(productId),
    retireMissing: async (client) => {
      await client.query(
        'CREATE TEMP TABLE seen_products ON COMMIT DROP AS SELECT unnest($1::text[]) AS source_id',
        [[...seen]],
      );
      await client.query('ANALYZE seen_products');
      const { rows } = await client.query(
        `SELECT (SELECT count(*)::integer ${MISSING}) AS lost,
                (SELECT count(DISTINCT a.product_id)::integer FROM product_alias a JOIN products p USING (product_id)
                 WHERE a.source = $1 AND p.available) AS known`,
        [source.name],
      );
      const { known, lost } = Lost.parse(rows[0]);
      if (!full && lost > FEW && lost > known * MOST_LOST_SHARE) {
        note(
          `its catalogue names ${seen.size} products and lacks ${lost} of the ${known} on sale: taken for a mistake, nothing was taken off sale. If it is right: batch sync --source ${source.name} --full`,
        );
        return 0;
      }
      const result = await client.query(
        `UPDATE products SET available = false, updated_at = now()
         WHERE product_id IN (SELECT p.product_id ${MISSING})`,
        [source.name],
      );
      return result.rowCount ?? 0;
    },
  };
}
