import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowsOfLines } from './csvRows.ts';
import type { TableRow } from './table.ts';

const format = { name: 'orders.csv', delimiter: ',', columns: 3 };

function rows(text: string, file: { endsInNewline?: boolean } = {}): TableRow[] {
  const lines = text.split('\n');
  return rowsOfLines({ lines, firstLine: 2, last: true, endsInNewline: file.endsInNewline ?? true }, format)
    .rows;
}

describe('rowsOfLines', () => {
  it('splits lines with and without quotes and skips blank ones', () => {
    expect(rows('a,b,c\n\n"d, e","f ""g""",h')).toEqual([
      { line: 2, cells: ['a', 'b', 'c'], problem: null },
      { line: 4, cells: ['d, e', 'f "g"', 'h'], problem: null },
    ]);
  });

  it('reads a quoted cell over several lines and keeps physical line numbers', () => {
    expect(rows('a,"one\ntwo\nthree",c\nd,e,f').map((row) => [row.line, row.cells[1]])).toEqual([
      [2, 'one\ntwo\nthree'],
      [5, 'e'],
    ]);
  });

  it('keeps a quote inside an unquoted cell', () => {
    expect(rows('a,24" table,c\nd,12" lamp,f').map((row) => row.cells[1])).toEqual(['24" table', '12" lamp']);
  });

  it('loses one row to a stray quote, not the rest of the file', () => {
    const good = Array.from({ length: 200 }, (_, i) => `o${i},b,c`).join('\n');
    const result = rows(`a,"never closed,c\n${good}\nx,"y",z`);
    expect(result.filter((row) => row.problem === 'unbalanced_quotes').map((row) => row.line)).toEqual([2]);
    expect(result).toHaveLength(202);
  });

  it('hands a row that goes on over to the next block', () => {
    const result = rowsOfLines(
      { lines: ['a,b,c', 'd,"e'], firstLine: 2, last: false, endsInNewline: true },
      format,
    );
    expect(result.unfinished).toEqual(['d,"e']);
    expect(result.rows).toHaveLength(1);
  });

  it('says that a file ends inside its last row', () => {
    expect(() => rows('a,b,c\nd,"e', { endsInNewline: false })).toThrow(/cut off.*line 3/);
    expect(() => rows('a,b,c\nd,e', { endsInNewline: false })).toThrow(/cut off.*line 3/);
    expect(rows('a,b,c\nd,e,f', { endsInNewline: false })).toHaveLength(2);
  });

  it('gives back what a CSV writer wrote, cut into blocks anywhere', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'b', '"', ',', '\n', ' ', 'é'), maxLength: 6 });
    // A first cell that is not blank: blank lines are no rows.
    const row = fc.tuple(cell, cell, cell).map((cells) => [`x${cells[0]}`, cells[1], cells[2]]);
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), fc.nat(), (table, at) => {
        const lines = stringify(table).slice(0, -1).split('\n');
        const cut = at % (lines.length + 1);
        const first = rowsOfLines(
          { lines: lines.slice(0, cut), firstLine: 1, last: false, endsInNewline: true },
          format,
        );
        const rest = [...first.unfinished, ...lines.slice(cut)];
        const second = rowsOfLines({ lines: rest, firstLine: 1, last: true, endsInNewline: true }, format);
        expect([...first.rows, ...second.rows].map((r) => r.cells)).toEqual(table);
      }),
    );
  });
});
