import type { ClientBase } from 'pg';
import { readItemNumber } from '../../shared/snapshot/itemNumbers.ts';
import type { SnapshotLayout } from '../../shared/snapshot/layout.ts';
import { USER_COUNT_AT, USER_ITEMS_AT } from '../../shared/snapshot/userRecord.ts';
import { readRows } from '../db/readRows.ts';
import type { ListMaker } from './scoreLists.ts';
import type { TestCustomer } from './testCustomers.ts';

interface PublishedSnapshot {
  readonly snapshot_id: number;
  readonly engine: 'aws' | 'embedded';
  readonly layout: SnapshotLayout;
}

/** The very lists a snapshot gave these customers, fill and all: what they were shown. */
export async function publishedLists(
  client: ClientBase,
  { snapshot_id, engine, layout }: PublishedSnapshot,
  customers: readonly TestCustomer[],
): Promise<ListMaker> {
  const wanted = new Set(customers.map(({ number }) => number));
  const lists = new Map<number, number[]>();
  const query = `SELECT customer_number, record FROM snapshot_users WHERE snapshot_id = ${snapshot_id}`;
  for await (const rows of readRows(client, query, 2)) {
    while (rows.next()) {
      const record = rows.bytes(1);
      if (record !== null && wanted.has(rows.int32(0))) lists.set(rows.int32(0), itemsOf(record, layout));
    }
  }
  return { name: 'published', engine, listOf: (customer) => lists.get(customer) ?? null };
}

/** Nothing but the items is needed. */
function itemsOf(record: Uint8Array, { item_width }: SnapshotLayout): number[] {
  return Array.from({ length: record[USER_COUNT_AT] as number }, (_, i) =>
    readItemNumber(record, USER_ITEMS_AT + i * item_width, item_width),
  );
}
