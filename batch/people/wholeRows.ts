/** Rows of a CSV file from its lines: a cell may hold a line break, so a row ends where its quotes are closed. */
export async function* wholeRows(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let row = '';
  for await (const line of lines) {
    row = row === '' ? line : `${row}\n${line}`;
    if ((row.split('"').length - 1) % 2 === 1) continue;
    yield row;
    row = '';
  }
  if (row !== '') yield row;
}
