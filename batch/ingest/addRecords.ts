import type { Kind, RecordOf } from './kinds.ts';
import type { Placed } from './readRecords.ts';
import type { Stage } from './stage.ts';

const ADD: { readonly [K in Kind]: (stage: Stage, records: readonly Placed<RecordOf[K]>[]) => void } = {
  products: (stage, records) => {
    for (const { record, line } of records) stage.addProduct(record, line);
  },
  customers: (stage, records) => {
    for (const { record, line } of records) stage.addCustomer(record, line);
  },
  orders: (stage, records) => {
    for (const { record, line } of records) stage.addOrderLine(record, line);
  },
};

/** Puts records of a kind into the stage. */
export function addRecords<K extends Kind>(
  stage: Stage,
  kind: K,
  records: readonly Placed<RecordOf[K]>[],
): void {
  ADD[kind](stage, records);
}
