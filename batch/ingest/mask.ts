import { placeKey } from '../../shared/identity/place.ts';

const MASK = '***';
/** Words in the name of a column that holds what must not be repeated. */
const PERSONAL_COLUMN =
  /\b(mail|email|phone|tel|telephone|mobile|cell|fax|whatsapp|address|street|addr|line ?1|line ?2|zip|postal|postcode|surname|forename|birth|birthday|dob|passport|ssn|tax|vat|iban|card|note|notes|comment|company|contact|recipient|cep|name|vorname|nachname|nombre|apellido|nom|prenom|strasse|adresse|telefon)\b/;
/** …unless the name is a thing's. */
const THING_COLUMN =
  /\b(product|item|lineitem|category|variant|file|brand|sku|status|payment|country|city|province|state|region)\b/;
const EMAIL = /[^\s@<>"',;:()]+@[^\s@<>"',;:()]+/g;
/** Seven digits or more, perhaps with the usual separators. */
const PHONE = /\+?\(?\d[\d\s().\-/]{5,}\d/g;
const DATE = /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ,]+[\d:.,]+\s*([ap]m|Z|UTC|[+-]\d\d:?\d\d)?)?$/i;

export interface RowMask {
  /** Columns whose cells are never shown. */
  readonly personal: ReadonlySet<number>;
  /** Columns known to hold ids, dates, numbers: a long number there is not a phone. */
  readonly harmless: ReadonlySet<number>;
  readonly columns: number;
}

/** Which columns of a file are personal: by the field they were recognised as, and by their name. */
export function createRowMask(
  header: readonly string[],
  recognised: Readonly<Record<string, number>>,
): RowMask {
  const personal = new Set<number>();
  const harmless = new Set<number>();
  for (const [field, column] of Object.entries(recognised)) {
    if (PERSONAL_FIELDS.has(field)) personal.add(column);
    else if (HARMLESS_FIELDS.has(field)) harmless.add(column);
  }
  header.forEach((name, column) => {
    const words = placeKey(name.replace(/([a-z])([A-Z])/g, '$1 $2'));
    if (harmless.has(column)) return;
    if (Object.values(recognised).includes(column) && !personal.has(column)) return;
    if (PERSONAL_COLUMN.test(words) && !THING_COLUMN.test(words)) personal.add(column);
  });
  return { personal, harmless, columns: header.length };
}

const PERSONAL_FIELDS = new Set(['customer_name', 'first_name', 'last_name', 'email', 'phone']);
const HARMLESS_FIELDS = new Set([
  'order_id',
  'product_id',
  'ordered_at',
  'created_at',
  'quantity',
  'unit_price',
  'price',
  'line_total',
  'variant_id',
]);

/**
 * The row without what identifies a person. Where the cells do not match the header, a name may
 * stand in any column: then, in a file with personal columns, only ids, dates and numbers are shown.
 */
export function maskRow(cells: readonly string[], mask: RowMask): string[] {
  const aligned = cells.length === mask.columns;
  return cells.map((cell, column) => {
    if (aligned && mask.personal.has(column)) return cell === '' ? '' : MASK;
    if (!aligned && mask.personal.size > 0 && /\p{L}{2,}/u.test(cell) && !DATE.test(cell)) return MASK;
    return maskText(cell, aligned && mask.harmless.has(column));
  });
}

/** A text without e-mails and phone numbers; `harmless`: long numbers in it are none. */
export function maskText(cell: string, harmless = false): string {
  const text = cell.includes('@') ? cell.replace(EMAIL, MASK) : cell;
  // Even an id column may hold a phone number, written as people write them.
  if (DATE.test(text.trim()) || (harmless && !/[+()]|\d[ ]\d/.test(text))) return text;
  return text.replace(PHONE, MASK);
}
