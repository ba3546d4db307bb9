import { CorruptPartError, framePart, openPart } from './frame.ts';
import type { Key64 } from './key64.ts';

/**
 * Fixed-width records under sorted 64-bit keys, searched in place. Payload, little-endian:
 *
 *   0  u32          record count n
 *   4  u32          record width w in bytes
 *   8  i32[n]       upper key halves, ascending
 *      u32[n]       lower key halves
 *      n * w bytes  the records, in key order
 *
 * User shards, similar items, pairs, popular lists and the product index all are such tables.
 */
interface RecordTable {
  readonly count: number;
  readonly recordBytes: number;
  readonly highs: Int32Array;
  readonly lows: Uint32Array;
  readonly records: Uint8Array;
  /** Bytes held in memory. */
  readonly byteLength: number;
}

const HEAD_BYTES = 8;

/** A framed table from records in ascending key order. Throws on disorder or a wrong width. */
export function encodeRecordTable(
  keys: readonly Key64[],
  records: readonly Uint8Array[],
  recordBytes: number,
): Uint8Array {
  const count = keys.length;
  const payload = new Uint8Array(HEAD_BYTES + count * (8 + recordBytes));
  const view = new DataView(payload.buffer);
  view.setUint32(0, count, true);
  view.setUint32(4, recordBytes, true);
  let last: Key64 | null = null;
  for (let i = 0; i < count; i++) {
    const key = keys[i] as Key64;
    const record = records[i] as Uint8Array;
    if (last && (key.high < last.high || (key.high === last.high && key.low <= last.low))) {
      throw new RangeError(`record ${i}: keys must ascend strictly`);
    }
    if (record.byteLength !== recordBytes) {
      throw new RangeError(`record ${i}: ${record.byteLength} bytes instead of ${recordBytes}`);
    }
    view.setInt32(HEAD_BYTES + 4 * i, key.high, true);
    view.setUint32(HEAD_BYTES + 4 * (count + i), key.low, true);
    payload.set(record, HEAD_BYTES + 8 * count + i * recordBytes);
    last = key;
  }
  return framePart('record_table', payload);
}

/** Opens a framed table without copying its records. Throws CorruptPartError. */
export function openRecordTable(part: Uint8Array): RecordTable {
  const payload = openPart('record_table', aligned(part));
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  if (payload.byteLength < HEAD_BYTES) throw new CorruptPartError('no table head');
  const count = view.getUint32(0, true);
  const recordBytes = view.getUint32(4, true);
  if (payload.byteLength !== HEAD_BYTES + count * (8 + recordBytes))
    throw new CorruptPartError('table size differs');
  const keysAt = payload.byteOffset + HEAD_BYTES;
  return {
    count,
    recordBytes,
    highs: new Int32Array(payload.buffer, keysAt, count),
    lows: new Uint32Array(payload.buffer, keysAt + 4 * count, count),
    records: payload.subarray(HEAD_BYTES + 8 * count),
    byteLength: part.byteLength,
  };
}

/** The record under a key, as a view, or null. Binary search, O(log n), no allocation but the view. */
export function findRecord(table: RecordTable, key: Key64): Uint8Array | null {
  const { highs, lows } = table;
  let from = 0;
  let to = table.count;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const high = highs[middle] as number;
    const low = lows[middle] as number;
    if (high < key.high || (high === key.high && low < key.low)) from = middle + 1;
    else to = middle;
  }
  if (from === table.count || highs[from] !== key.high || lows[from] !== key.low) return null;
  return table.records.subarray(from * table.recordBytes, (from + 1) * table.recordBytes);
}

/** Typed arrays need 4-byte alignment; a part read from KV has it, a slice may not. */
function aligned(part: Uint8Array): Uint8Array {
  return part.byteOffset % 4 === 0 ? part : part.slice();
}
