import { categoryLevels, cellText, idProblem, type Rejected, readName } from './cells.ts';
import type { Columns } from './columns.ts';
import { readDate } from './dates.ts';
import type { ProductField } from './fields.ts';
import type { Mapping } from './mapping.ts';
import type { ProductRecord } from './records.ts';
import type { SwitchReader } from './switches.ts';
import { inUnits, isNothing, isUnreadable, LARGEST_PRICE, readNumber } from './values.ts';

interface ProductReading {
  readonly columns: Columns<ProductField>;
  readonly mapping: Mapping;
  readonly switches: SwitchReader;
}

/** A row of a products file. Only the id must be there; what cannot be read is left out. */
export function readProduct(
  cells: readonly string[],
  { columns, mapping, switches }: ProductReading,
): ProductRecord | Rejected {
  const productId = cellText(cells, columns.product_id);
  const problem = idProblem(productId, 'missing_product_id');
  if (problem !== null) return { rejected: problem };
  if (cells.some(isUnreadable)) return { rejected: 'unreadable_characters' };
  const priceText = cellText(cells, columns.price);
  const price = isNothing(priceText) ? null : readNumber(priceText, mapping.decimal);
  if (price === null && !isNothing(priceText)) return { rejected: 'unreadable_price' };
  if (price !== null && price < 0) return { rejected: 'negative_price' };
  if (price !== null && price > LARGEST_PRICE) return { rejected: 'number_too_large' };
  const created = readDate(cellText(cells, columns.created_at), mapping);
  const available = cellText(cells, columns.available);
  const variantId = readName(cells, columns.variant_id) ?? null;
  const availableNow = isNothing(available) ? null : switches.isAvailable(available);
  const units = price === null ? null : inUnits(price, mapping);
  return {
    product_id: productId,
    product_name: readName(cells, columns.product_name) ?? null,
    url: webAddress(cellText(cells, columns.url)),
    handle: readName(cells, columns.handle) ?? null,
    variant_id: variantId,
    price: units,
    currency: (readName(cells, columns.currency) ?? mapping.defaults.currency ?? null)?.toUpperCase() ?? null,
    category_path: categoryPath(cells, columns),
    image_url: pictureAddress(cellText(cells, columns.image_url)),
    available: availableNow,
    created_at: typeof created === 'number' ? created : null,
    variants:
      variantId === null
        ? []
        : [
            {
              variant_id: variantId,
              sku: readName(cells, columns.sku) ?? null,
              price: units,
              available: availableNow,
            },
          ],
    deleted: switches.isDeleted(cellText(cells, columns.deleted)),
  };
}

/** Level columns where the file has them, else the one category column split at its separators. */
function categoryPath(cells: readonly string[], columns: Columns<ProductField>): string[] {
  const levels = [columns.department, columns.category_2, columns.subcategory, columns.aisle];
  const top = readName(cells, levels[0] ?? -1) ?? null;
  const category = readName(cells, columns.category) ?? null;
  const path = category === null ? [] : categoryLevels(category);
  if (top !== null && path[0] !== top) path.unshift(top);
  for (const column of levels.slice(1)) {
    const level = readName(cells, column) ?? null;
    if (level !== null && path.at(-1) !== level) path.push(level);
  }
  return path;
}

/** Shown as a link or picture by shops, so nothing but web addresses and paths. */
function webAddress(text: string): string | null {
  return /^(https?:\/\/|\/)[^\s<>"]+$/i.test(text) && text.length <= 2000 ? text : null;
}

/** A picture may also come along inside its address: shown as a picture, it can run no script. */
function pictureAddress(text: string): string | null {
  return /^data:image\/[a-z+]+[;,][^\s<>"]+$/.test(text) && text.length <= 2000 ? text : webAddress(text);
}
