/** Reading the cells of a table: numbers and switches as people and shop systems write them. */

/** Of one piece; products and order lines are stored as numeric(12, 2). */
export const LARGEST_PRICE = 9_999_999_999;

const PLAIN = /^-?\d+(\.\d+)?$/;
const CURRENCY_AND_BLANKS =
  /[\s\u00a0'’]|[$€£¥₺₹]|^(USD|EUR|GBP|CAD|AUD|CHF|BRL|TRY)|(USD|EUR|GBP|CAD|AUD|CHF|BRL|TRY)$/g;
/** Words exports use for "nothing here". */
const NOTHING = new Set(['', 'null', 'nan', 'none', 'n/a', '#n/a', '\\n', 'undefined']);

export function isNothing(text: string): boolean {
  return text.length <= 9 && NOTHING.has(text.toLowerCase());
}

/** "1,234.50", "1.234,50" (decimal ','), "2,55", "£ 3.20", "(3.20)" for minus, or null when not a number. */
export function readNumber(text: string, decimal: '.' | ','): number | null {
  if (PLAIN.test(text) && decimal === '.') return Number(text);
  let rest = text.replace(CURRENCY_AND_BLANKS, '');
  if (/^\(.*\)$/.test(rest)) rest = `-${rest.slice(1, -1)}`;
  const comma = decimal === ',' || /^[-+]?\d+,\d{1,2}$/.test(rest);
  const plain = comma ? rest.replaceAll('.', '').replace(',', '.') : withoutThousands(rest);
  return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : null;
}

function withoutThousands(text: string): string {
  return /^[-+]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(text) ? text.replaceAll(',', '') : text;
}

/** A price that is given in hundredths, as many interfaces do, in whole units of its currency. */
export function inUnits(price: number, { prices }: { readonly prices: 'units' | 'cents' }): number {
  return prices === 'cents' ? price / 100 : price;
}

const YES = new Set([
  '1',
  'true',
  't',
  'yes',
  'y',
  'available',
  'instock',
  'active',
  'on',
  'subscribed',
  'optedin',
  'ja',
  'j',
  'oui',
  'si',
  'sí',
  'sim',
  'evet',
]);
const NO = new Set([
  '0',
  'false',
  'f',
  'no',
  'n',
  'unavailable',
  'outofstock',
  'soldout',
  'inactive',
  'discontinued',
  'draft',
  'archived',
  'off',
  'unsubscribed',
  'notsubscribed',
  'optedout',
  'nein',
  'non',
  'não',
  'hayır',
]);

/** Yes or no; null when it says neither. */
export function readYesNo(text: string): boolean | null {
  const word = text.toLowerCase().replace(/[\s_-]/g, '');
  if (YES.has(word)) return true;
  return NO.has(word) ? false : null;
}

/** Yes, no, or a stock count (above 0 is yes); null when it says neither. */
export function readSwitch(text: string): boolean | null {
  const meaning = readYesNo(text);
  if (meaning !== null) return meaning;
  const stock = readNumber(text, '.');
  return stock === null ? null : stock > 0;
}

/** A "deleted" column holds a switch or the time of the deletion. */
export function isDeleted(text: string): boolean {
  return !isNothing(text) && readSwitch(text) !== false;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const CONTROL = /[\u0000-\u001f\u007f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const UNPRINTABLE = /[\u0000-\u0008\u000e-\u001f\u007f\uFFFD]/;

/** For ids: no control character at all. */
export function hasControlCharacter(text: string): boolean {
  return CONTROL.test(text);
}

/** Bytes that were not UTF-8 (decoded to U+FFFD), or control characters other than white space. */
export function isUnreadable(text: string): boolean {
  return UNPRINTABLE.test(text);
}

/** A name on one line: blanks, tabs and line breaks become one blank. */
export function oneLine(text: string): string {
  return /\s\s|[\t\n\r\v\f]/.test(text) ? text.replace(/\s+/g, ' ').trim() : text;
}
