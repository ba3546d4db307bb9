import { writeFile } from 'node:fs/promises';

/** One measured value; a bench writes them as JSON for comparison between runs. */
export interface Figure {
  readonly case: string;
  readonly metric: string;
  readonly value: number;
  readonly unit: 'seconds' | 'bytes' | 'count' | 'ratio';
}

const isNumber = /^[-+]?[\d.,]+( ?(s|ms|k?B|MB|GB|×))?$/;

/** A table as lines of text; columns of figures stand to the right. */
export function formatTable(
  title: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = header.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const right = header.map(
    (_, i) => rows.some((row) => row[i]) && rows.every((row) => !row[i] || isNumber.test(row[i])),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (right[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [title, line(header), rule, ...rows.map(line), ''].join('\n');
}

export function seconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} s`;
}

export function megabytes(value: number): string {
  return `${(value / 1e6).toFixed(1)} MB`;
}

/** How many times the floor; empty where there is none. */
export function times(value: number, floor: number | null): string {
  return floor === null || floor === 0 ? '' : `${(value / floor).toFixed(1)} ×`;
}

/** Writes the figures as a JSON array, one to a line. */
export async function writeFigures(path: string, figures: readonly Figure[]): Promise<void> {
  await writeFile(path, `[\n${figures.map((figure) => `  ${JSON.stringify(figure)}`).join(',\n')}\n]\n`);
}
