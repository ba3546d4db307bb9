import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { BatchError } from '../errors.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { writeObject } from '../storage/objectStore.ts';
import type { EmailRow } from './exportEmails.ts';

export const EMAIL_FORMATS = ['csv', 'jsonl'] as const;
export type EmailFormat = (typeof EMAIL_FORMATS)[number];

interface EmailFile {
  readonly format: EmailFormat;
  /** Products in a row: the columns of a CSV. */
  readonly items: number;
}

const FIELDS = ['product_id', 'name', 'url', 'image_url', 'price', 'currency'] as const;

/** The file's text as it comes: nothing is gathered. In a CSV, cells that a spreadsheet would run are defused. */
export function emailText(rows: AsyncIterable<EmailRow>, { format, items }: EmailFile): Readable {
  if (format === 'jsonl') return Readable.from(jsonLines(rows));
  const columns = [
    'customer_id',
    ...Array.from({ length: items }, (_, i) => FIELDS.map((field) => `item_${i + 1}_${field}`)).flat(),
  ];
  const csv = stringify({ header: true, columns, escape_formulas: true });
  return Readable.from(csvRows(rows, items)).compose(csv);
}

async function* csvRows(
  rows: AsyncIterable<EmailRow>,
  count: number,
): AsyncGenerator<(string | number | null)[]> {
  for await (const { customer_id, items } of rows) {
    const cells = items.flatMap((item) => FIELDS.map((field) => cardOf(item)[field]));
    yield [customer_id, ...cells, ...Array<null>((count - items.length) * FIELDS.length).fill(null)];
  }
}

async function* jsonLines(rows: AsyncIterable<EmailRow>): AsyncGenerator<string> {
  for await (const { customer_id, items } of rows)
    yield `${JSON.stringify({ customer_id, items: items.map(cardOf) })}\n`;
}

function cardOf({ product_id, product_name, url, image_url, price, currency }: EmailRow['items'][number]) {
  return { product_id, name: product_name, url, image_url, price, currency };
}

/**
 * Writes a local file, readable by its owner only; it appears under its name when it is whole.
 * @throws BatchError file_unwritable
 */
export async function writeEmailFile(path: string, text: Readable): Promise<void> {
  const unfinished = `${path}.part`;
  const file = createWriteStream(unfinished, { mode: 0o600 });
  let isOfRows = false;
  // A pipeline ends either side with the error of the other: who had it first is known only now.
  text.once('error', () => {
    isOfRows = file.errored === null;
  });
  try {
    await pipeline(text, file);
    await rename(unfinished, path);
  } catch (cause) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    if (isOfRows || !(cause instanceof Error)) throw cause;
    throw new BatchError({
      code: 'file_unwritable',
      message: `${path} cannot be written: ${cause.message}`,
      remedy: 'make room, or name another place with --out FILE, in a folder that is there',
      cause,
    });
  }
}

/** @param key below the bucket of the configuration */
export function writeEmailObject(
  s3: ObjectStore,
  {
    key,
    format,
    signal,
  }: { readonly key: string; readonly format: EmailFormat; readonly signal: AbortSignal },
  text: Readable,
): Promise<void> {
  const contentType = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson';
  return writeObject(s3, { key, body: text, contentType, signal });
}
