import type { ClientBase } from 'pg';
import { z } from 'zod';
import { aliasText } from '../../shared/identity/alias.ts';
import type { CustomerKeyer } from '../../shared/identity/customerKey.ts';
import { keyBytes, keyOfText } from '../../shared/snapshot/key64.ts';
import { readRows } from '../db/readRows.ts';
import { createKeyTable } from './keyTable.ts';
import type { Part } from './part.ts';
import { partsFor, sharedRanges, uniformRanges } from './ranges.ts';
import { tableParts } from './tableParts.ts';

const INDEX_BYTES = 4;
const KEY_BYTES = 8;
const ALIAS_PART_BYTES = 1_000_000;

// An id that means two products, or two customers, is nobody's: it needs its system's name. A merged-away customer's
// is the one's that it was merged into.
const PRODUCT_ALIASES = `
  WITH ids AS (
    SELECT a.source, a.source_id AS id, p.item_number FROM product_alias a JOIN products p USING (product_id)
    UNION
    SELECT a.source, a.variant_id, p.item_number FROM product_alias a JOIN products p USING (product_id)
    WHERE a.variant_id <> ''
  )
  SELECT source, id, min(item_number) FROM ids GROUP BY source, id HAVING count(DISTINCT item_number) = 1
  UNION ALL
  SELECT NULL, id, min(item_number) FROM ids WHERE NOT EXISTS (SELECT FROM products o WHERE o.product_id = ids.id)
  GROUP BY id HAVING count(DISTINCT item_number) = 1`;
const CUSTOMER_ALIASES = `
  SELECT source, source_id, unified_customer_id FROM customer_alias
  UNION ALL
  SELECT NULL, source_id, min(unified_customer_id) FROM customer_alias a
  WHERE NOT EXISTS (SELECT FROM customers c WHERE c.unified_customer_id = a.source_id)
  GROUP BY source_id HAVING count(DISTINCT unified_customer_id) = 1
  UNION ALL
  SELECT NULL, unified_customer_id, merged_into FROM customers WHERE merged_into IS NOT NULL`;
const SOURCES = 'SELECT DISTINCT source FROM customer_alias UNION SELECT DISTINCT source FROM product_alias';

/** Product ids of every system → item numbers. */
export async function* productIndexParts(client: ClientBase): AsyncGenerator<Part> {
  const index = createKeyTable(INDEX_BYTES);
  const record = new Uint8Array(INDEX_BYTES);
  const view = new DataView(record.buffer);
  for await (const rows of readRows(client, 'SELECT product_id, item_number FROM products', 2)) {
    while (rows.next()) {
      view.setUint32(0, rows.int32(1), true);
      index.add(keyOfText(rows.text(0) ?? ''), record);
    }
  }
  for await (const rows of readRows(client, PRODUCT_ALIASES, 3)) {
    while (rows.next()) {
      const [source, id] = [rows.text(0), rows.text(1) ?? ''];
      view.setUint32(0, rows.int32(2), true);
      index.add(keyOfText(source === null ? id : aliasText(source, id)), record);
    }
  }
  const ranges = sharedRanges(index.size, INDEX_BYTES);
  yield* tableParts(index.rows(), { table: 'product_index', ranges, recordBytes: INDEX_BYTES });
}

/** Customer ids of every system → keys of their records. */
export async function* customerAliasParts(client: ClientBase, keyOf: CustomerKeyer): AsyncGenerator<Part> {
  const aliases = createKeyTable(KEY_BYTES);
  for await (const rows of readRows(client, CUSTOMER_ALIASES, 3)) {
    while (rows.next()) {
      const alias = keyOf(aliasText(rows.text(0), rows.text(1) ?? ''));
      aliases.add(alias, keyBytes(keyOf(rows.text(2) ?? '')));
    }
  }
  const ranges = uniformRanges(partsFor(aliases.size, KEY_BYTES, ALIAS_PART_BYTES));
  yield* tableParts(aliases.rows(), { table: 'customer_alias', ranges, recordBytes: KEY_BYTES });
}

/** The systems whose ids are known, by name. */
export async function readIdSources(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query(`${SOURCES} ORDER BY 1`);
  return z
    .array(z.object({ source: z.string() }))
    .parse(rows)
    .map(({ source }) => source);
}
