import { BatchError } from '../errors.ts';

const SNIFFED_BYTES = 4096;

/** Files people hand over instead of a CSV: how they begin, what they are, what to do. */
const OTHER_FORMATS: readonly { begins: readonly number[]; what: string; remedy: string }[] = [
  {
    begins: [0x50, 0x4b, 3, 4],
    what: 'an Excel workbook or a ZIP archive',
    remedy: 'Unpack it, or save the sheet as "CSV UTF-8".',
  },
  {
    begins: [0xd0, 0xcf, 0x11, 0xe0],
    what: 'an old Excel workbook',
    remedy: 'Save the sheet as "CSV UTF-8".',
  },
  {
    begins: [0x25, 0x50, 0x44, 0x46],
    what: 'a PDF',
    remedy: 'Export the orders as CSV from the shop system.',
  },
  { begins: [0x50, 0x41, 0x52, 0x31], what: 'a Parquet file', remedy: 'Convert it to CSV first.' },
  { begins: [0x1f, 0x8b], what: 'gzip inside gzip', remedy: 'Unpack it once.' },
  { begins: [0x28, 0xb5, 0x2f, 0xfd], what: 'a zstd archive', remedy: 'Unpack it, or pack it with gzip.' },
  { begins: [0x42, 0x5a, 0x68], what: 'a bzip2 archive', remedy: 'Unpack it, or pack it with gzip.' },
];

/** @throws BatchError not_csv naming what the file is, judged by its first bytes */
export function refuseOtherFormats(name: string, head: Uint8Array): void {
  for (const format of OTHER_FORMATS) {
    if (format.begins.every((byte, i) => head[i] === byte)) throw notCsv(name, format.what, format.remedy);
  }
  const encoding = encodingOf(head);
  const sample = head.subarray(0, SNIFFED_BYTES);
  if (encoding === 'utf-8' && sample.includes(0)) {
    throw notCsv(name, 'a binary file', 'Export the orders as CSV (UTF-8).');
  }
  const text = new TextDecoder(encoding).decode(sample).trimStart();
  if (text.startsWith('[')) {
    throw notCsv(name, 'a JSON array', 'Write JSON Lines: one record a line, as `jq -c .[]` makes them.');
  }
  if (text.startsWith('<')) {
    throw notCsv(name, 'HTML or XML', 'It may be a log-in or error page: download the CSV file again.');
  }
}

/** Excel's "Unicode text" is UTF-16 and says so in its first two bytes; everything else is UTF-8. */
export function encodingOf(head: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

function notCsv(name: string, what: string, remedy: string): BatchError {
  return new BatchError({
    code: 'not_csv',
    message: `${name} is neither CSV nor JSON Lines but ${what}.`,
    remedy,
  });
}
