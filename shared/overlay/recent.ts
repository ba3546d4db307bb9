import { CorruptPartError, framePart, openPart } from '../snapshot/frame.ts';
import { readItemNumber, writeItemNumber } from '../snapshot/itemNumbers.ts';
import { compareKeys, type Key64 } from '../snapshot/key64.ts';
import { encodeRecordTable, findRecord, openRecordTable } from '../snapshot/recordTable.ts';

/** The KV key of the customers with orders the live snapshot does not know; `sync` is its only writer. */
export const RECENT_KEY = 'sync/recent';
/** Products kept of a customer. */
export const RECENT_ITEMS = 16;

export interface RecentCustomer {
  /** The customer's keyed hash. */
  readonly key: Key64;
  /** Item numbers bought since the snapshot, latest first. */
  readonly items: readonly number[];
}

/** The opened document. */
export interface RecentOrders {
  /** Grows with every write. */
  readonly version: number;
  /** When the orders were read, milliseconds since 1970. */
  readonly asOf: number;
  readonly customers: number;
  /** What a customer bought since the snapshot, latest first; empty for most. O(log customers). */
  itemsOf(customer: Key64): number[];
}

const HEAD_BYTES = 16;
const RECORD_HEAD = 4;
const WIDTH = 3;
const RECORD_BYTES = RECORD_HEAD + RECENT_ITEMS * WIDTH;

/**
 * The document in its frame, little-endian:
 *
 *   0  u32  version
 *   4  u32  zero
 *   8  f64  as of, milliseconds since 1970
 *  16       a framed record table (recordTable.ts) by customer key; a record is
 *           u8 number of items, 3 zero bytes, 16 * u24 item numbers, latest first
 *
 * @param customers each once, in any order; longer lists are cut
 */
export function encodeRecent(
  { version, asOf }: { readonly version: number; readonly asOf: number },
  customers: readonly RecentCustomer[],
): Uint8Array {
  const sorted = [...customers].sort((a, b) => compareKeys(a.key, b.key));
  const table = encodeRecordTable(
    sorted.map(({ key }) => key),
    sorted.map(({ items }) => recordOf(items)),
    RECORD_BYTES,
  );
  const payload = new Uint8Array(HEAD_BYTES + table.byteLength);
  const view = new DataView(payload.buffer);
  view.setUint32(0, version, true);
  view.setFloat64(8, asOf, true);
  payload.set(table, HEAD_BYTES);
  return framePart('recent', payload);
}

function recordOf(items: readonly number[]): Uint8Array {
  const record = new Uint8Array(RECORD_BYTES);
  const kept = items.slice(0, RECENT_ITEMS);
  record[0] = kept.length;
  kept.forEach((item, i) => {
    writeItemNumber(record, RECORD_HEAD + WIDTH * i, item, WIDTH);
  });
  return record;
}

/** Opens the document without copying. Throws CorruptPartError. */
export function openRecent(bytes: Uint8Array): RecentOrders {
  const payload = openPart('recent', bytes);
  if (payload.byteLength < HEAD_BYTES) throw new CorruptPartError('no head of recent orders');
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const table = openRecordTable(payload.subarray(HEAD_BYTES));
  return {
    version: view.getUint32(0, true),
    asOf: view.getFloat64(8, true),
    customers: table.count,
    itemsOf(customer) {
      const record = findRecord(table, customer);
      if (record === null) return [];
      return Array.from({ length: Math.min(RECENT_ITEMS, record[0] as number) }, (_, i) =>
        readItemNumber(record, RECORD_HEAD + WIDTH * i, WIDTH),
      );
    },
  };
}
