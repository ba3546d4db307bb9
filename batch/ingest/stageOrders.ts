import { BatchError } from '../errors.ts';
import { cellText, type Rejected } from './cells.ts';
import type { Columns } from './columns.ts';
import type { CsvRow } from './csvRows.ts';
import { type DayOrder, dayOrderOf } from './dates.ts';
import { ORDER_FIELDS, type OrderField } from './fields.ts';
import type { Mapping } from './mapping.ts';
import { createOrderLineReader } from './readOrderLine.ts';
import { type RowCounts, type StageTarget, stageFile } from './stageFile.ts';
import { createStatusReader } from './status.ts';

interface StagedOrders {
  readonly counts: RowCounts;
  /** What was assumed about the file, for the summary. */
  readonly notes: readonly string[];
}

/** Streams an orders file into the stage. */
export async function stageOrders(
  file: { readonly path: string; readonly mapping: Mapping; readonly now: number },
  target: StageTarget,
): Promise<StagedOrders> {
  const notes: string[] = [];
  const unknownStatuses = new Map<string, number>();
  const begin = (columns: Columns<OrderField>, firstRows: readonly CsvRow[]) => {
    const dates = file.mapping.dates ?? deduceDayOrder(columns, firstRows);
    notes.push(...assumptions(columns, file.mapping, dates));
    const read = createOrderLineReader({
      columns,
      mapping: { ...file.mapping, dates },
      readStatus: createStatusReader(file.mapping.statuses),
      onUnknownStatus: (word) => unknownStatuses.set(word, (unknownStatuses.get(word) ?? 0) + 1),
      now: file.now,
    });
    return (row: CsvRow): Rejected | null => {
      const line = read(row.cells);
      if ('rejected' in line) return line;
      target.stage.addOrderLine(line, row.line);
      return null;
    };
  };
  const { delimiter, columns: mapping } = file.mapping;
  const required: OrderField[] = ['order_id', 'ordered_at', 'product_id'];
  const counts = await stageFile(
    { path: file.path, delimiter, fields: ORDER_FIELDS, mapping, required, begin },
    target,
  );
  return { counts, notes: [...notes, ...unknownStatusNotes(unknownStatuses)] };
}

function assumptions(columns: Columns<OrderField>, mapping: Mapping, dates: DayOrder | null): string[] {
  const notes: string[] = [];
  if (columns.province === -1 && columns.country !== -1)
    notes.push('No province column: the country serves as province.');
  if (columns.customer_id === -1) notes.push('No customer column: every order is a guest order.');
  if (columns.quantity === -1) notes.push('No quantity column: each line counts as one piece.');
  if (columns.unit_price === -1 && columns.line_total !== -1)
    notes.push('Prices are line totals divided by quantities.');
  if (columns.unit_price === -1 && columns.line_total === -1) {
    notes.push('No price column: prices are those of the products file, else 0.');
  }
  if (mapping.dates === null && dates !== null) {
    notes.push(`Dates are read ${dates === 'dmy' ? 'day first' : 'month first'}, as the file itself shows.`);
  }
  return notes;
}

/** @throws BatchError ambiguous_dates when the first rows leave open whether the day or the month stands first */
function deduceDayOrder(columns: Columns<OrderField>, rows: readonly CsvRow[]): DayOrder | null {
  const orders = new Set(rows.map((row) => dayOrderOf(cellText(row.cells, columns.ordered_at))));
  if (orders.has('dmy') && orders.has('mdy')) return null;
  if (orders.has('mdy')) return 'mdy';
  if (!orders.has('either')) return orders.has('dmy') ? 'dmy' : null;
  if (orders.has('dmy')) return 'dmy';
  throw new BatchError({
    code: 'ambiguous_dates',
    message: 'The dates of the orders file can be read day first or month first. Nothing was loaded.',
    remedy: 'Say which in a mapping file: {"dates": "dmy"} or {"dates": "mdy"} (--mapping FILE).',
  });
}

const SHOWN_WORDS = 8;

function unknownStatusNotes(words: ReadonlyMap<string, number>): string[] {
  if (words.size === 0) return [];
  const shown = [...words]
    .slice(0, SHOWN_WORDS)
    .map(([word, lines]) => `"${word.slice(0, 40)}" (${lines} lines)`);
  return [
    `Unknown order states, taken as completed: ${shown.join(', ')}. Name them under "statuses" in the mapping file.`,
  ];
}
