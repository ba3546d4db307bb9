import type { Rejected } from './cells.ts';
import type { Columns } from './columns.ts';
import type { CustomerField, ProductField } from './fields.ts';
import type { Kind, RecordOf } from './kinds.ts';
import type { Mapping } from './mapping.ts';
import { createOrderRowReader } from './orderRows.ts';
import { readCustomer } from './readCustomer.ts';
import { readProduct } from './readProduct.ts';
import type { Remarks } from './remarks.ts';
import { createSwitchReader } from './switches.ts';
import type { TableRow } from './table.ts';

/** Reads the rows of one table. */
export interface RecordReader<R> {
  read(cells: readonly string[]): R | Rejected;
  /** What was assumed about the table, for people. */
  notes(): string[];
}

interface Reading {
  readonly columns: Readonly<Record<string, number>>;
  /** The first rows: they show whether the day or the month stands first. */
  readonly firstRows: readonly TableRow[];
  readonly mapping: Mapping;
  /** Milliseconds since 1970; orders beyond the next days are mistakes. */
  readonly now: number;
  readonly remarks: Remarks;
}

type Readers = { readonly [K in Kind]: (reading: Reading) => RecordReader<RecordOf[K]> };

const READERS: Readers = {
  products: ({ columns, mapping, remarks }) => {
    const switches = createSwitchReader(mapping, remarks.unknownWord);
    const reading = { columns: columns as Columns<ProductField>, mapping, switches };
    return { read: (cells) => readProduct(cells, reading), notes: () => [] };
  },
  customers: ({ columns, mapping, remarks }) => {
    const switches = createSwitchReader(mapping, remarks.unknownWord);
    const reading = { columns: columns as Columns<CustomerField>, mapping, switches };
    return { read: (cells) => readCustomer(cells, reading), notes: () => [] };
  },
  orders: createOrderRowReader,
};

export function createRecordReader<K extends Kind>(kind: K, reading: Reading): RecordReader<RecordOf[K]> {
  return READERS[kind](reading);
}
