import { BatchError } from '../errors.ts';
import { cellText } from './cells.ts';
import type { Columns } from './columns.ts';
import { type DayOrder, dayOrderOf } from './dates.ts';
import type { OrderField } from './fields.ts';
import type { Mapping } from './mapping.ts';
import { createOrderLineReader } from './readOrderLine.ts';
import type { RecordReader } from './recordReader.ts';
import type { OrderLine } from './records.ts';
import type { Remarks } from './remarks.ts';
import { createStatusReader } from './status.ts';
import type { TableRow } from './table.ts';

/**
 * A reader of the rows of orders.
 * @throws BatchError ambiguous_dates
 */
export function createOrderRowReader(reading: {
  readonly columns: Readonly<Record<string, number>>;
  readonly firstRows: readonly TableRow[];
  readonly mapping: Mapping;
  readonly now: number;
  readonly remarks: Remarks;
}): RecordReader<OrderLine> {
  const { firstRows, mapping, now, remarks } = reading;
  const columns = reading.columns as Columns<OrderField>;
  const dates = mapping.dates ?? deduceDayOrder(columns, firstRows);
  return {
    read: createOrderLineReader({
      columns,
      mapping: { ...mapping, dates },
      readStatus: createStatusReader(mapping.statuses),
      onUnknownStatus: (word) => remarks.unknownWord('status', word),
      now,
    }),
    notes: () => assumptions(columns, mapping, dates),
  };
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
function deduceDayOrder(columns: Columns<OrderField>, rows: readonly TableRow[]): DayOrder | null {
  const orders = new Set(rows.map((row) => dayOrderOf(cellText(row.cells, columns.ordered_at))));
  if (orders.has('dmy') && orders.has('mdy')) return null;
  if (orders.has('mdy')) return 'mdy';
  if (!orders.has('either')) return orders.has('dmy') ? 'dmy' : null;
  if (orders.has('dmy')) return 'dmy';
  throw new BatchError({
    code: 'ambiguous_dates',
    message: 'The dates of the orders can be read day first or month first. Nothing of them was loaded.',
    remedy: 'Say which in the mapping: {"dates": "dmy"} or {"dates": "mdy"} (of an ingest: --mapping FILE).',
  });
}
