import type { Key64 } from '../../shared/snapshot/key64.ts';
import type { TableRow } from './tableParts.ts';

/** Records under 64-bit keys, collected in any order and given back in that of the keys. */
export interface KeyTable {
  readonly size: number;
  /** Of a key that comes twice, the first record counts. */
  add(key: Key64, record: Uint8Array): void;
  /** In ascending order, some thousand at a time. */
  rows(): AsyncGenerator<TableRow[]>;
}

const CHUNK = 4_096;

/** Takes recordBytes + 8 bytes a record, not an object each: an index of millions fits. */
export function createKeyTable(recordBytes: number): KeyTable {
  let highs = new Int32Array(CHUNK);
  let lows = new Uint32Array(CHUNK);
  let records = new Uint8Array(CHUNK * recordBytes);
  let size = 0;

  function grow(): void {
    highs = copied(highs, new Int32Array(2 * size));
    lows = copied(lows, new Uint32Array(2 * size));
    records = copied(records, new Uint8Array(2 * size * recordBytes));
  }
  function compare(a: number, b: number): number {
    return (highs[a] as number) - (highs[b] as number) || (lows[a] as number) - (lows[b] as number);
  }

  return {
    get size() {
      return size;
    },
    add({ high, low }, record) {
      if (size === highs.length) grow();
      highs[size] = high;
      lows[size] = low;
      records.set(record, size * recordBytes);
      size++;
    },
    async *rows() {
      // Stable, so that the first of two equal keys stays the first.
      const order = Uint32Array.from({ length: size }, (_, i) => i).sort((a, b) => compare(a, b) || a - b);
      let chunk: TableRow[] = [];
      let last = -1;
      for (const at of order) {
        if (last >= 0 && compare(last, at) === 0) continue;
        last = at;
        const key = { high: highs[at] as number, low: lows[at] as number };
        chunk.push({ key, record: records.subarray(at * recordBytes, (at + 1) * recordBytes) });
        if (chunk.length < CHUNK) continue;
        yield chunk;
        chunk = [];
      }
      yield chunk;
    },
  };
}

function copied<T extends Int32Array | Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
