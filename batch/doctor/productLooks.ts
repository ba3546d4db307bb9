import { readRows } from '../db/readRows.ts';
import { judgeProduct, unusualIds } from '../ingest/nonMerchandise.ts';
import { counted, type Finding, type Look, MOST_EXAMPLES } from './finding.ts';

/** Postage, fees and vouchers that would be recommended. */
export const nonMerchandise: Look = async ({ client }) => {
  const products: { product_id: string; product_name: string }[] = [];
  const query = 'SELECT product_id, product_name FROM products WHERE recommendable ORDER BY item_number';
  for await (const rows of readRows(client, query, 2)) {
    while (rows.next()) products.push({ product_id: rows.text(0) ?? '', product_name: rows.text(1) ?? '' });
  }
  const unusual = unusualIds(products.map(({ product_id }) => product_id));
  const certain: string[] = [];
  const suspected: string[] = [];
  for (const product of products) {
    const judged = judgeProduct(product, unusual(product.product_id));
    if (judged === null) continue;
    (judged.verdict === 'certain' ? certain : suspected).push(
      `${product.product_id} "${product.product_name.slice(0, 60)}"`,
    );
  }
  const findings: Finding[] = [];
  const remedy =
    'list them in a file and give it to ingest: batch ingest --not-recommendable FILE; a "yes" there says they are goods';
  if (certain.length > 0) {
    findings.push({
      check: 'non_merchandise',
      severity: 'warning',
      message: `${counted(certain.length, 'product is', 'products are')} postage, a fee or a voucher by name, and would be recommended`,
      count: certain.length,
      examples: certain.slice(0, MOST_EXAMPLES),
      remedy,
    });
  }
  if (suspected.length > 0) {
    findings.push({
      check: 'maybe_non_merchandise',
      severity: 'note',
      message: `${counted(suspected.length, 'product may be', 'products may be')} no goods`,
      count: suspected.length,
      examples: suspected.slice(0, MOST_EXAMPLES),
      remedy,
    });
  }
  return findings;
};
