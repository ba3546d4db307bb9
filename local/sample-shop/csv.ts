/** One row of CSV (RFC 4180, line feed at the end); null is an empty cell. */
export function csvRow(cells: readonly (string | number | boolean | null)[]): string {
  let row = '';
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i];
    const text = cell === null || cell === undefined ? '' : String(cell);
    row += i === 0 ? quoted(text) : `,${quoted(text)}`;
  }
  return `${row}\n`;
}

function quoted(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const CHUNK_CHARACTERS = 1 << 16;

/** Gathers rows into pieces of about 64 KiB: one hand-over to the compressor per piece, not per row. */
export function* inChunks(rows: Iterable<string>): Generator<string, void, undefined> {
  let chunk = '';
  for (const row of rows) {
    chunk += row;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk.length > 0) yield chunk;
}
