import type { ClientBase } from 'pg';
import { readRows } from '../db/readRows.ts';

/** What a catalogue says of each product, or what is true of them now. Parallel arrays, by item number. */
export interface CatalogueState {
  readonly items: Uint32Array;
  /** 1 = may be sold and recommended. */
  readonly sellable: Uint8Array;
  /** NaN: no price. */
  readonly prices: Float64Array;
}

const ENTRY_BYTES = 12;
const PRODUCTS = `SELECT item_number, (available AND recommendable)::int, price::text FROM products ORDER BY item_number`;

/** Reads all products. 13 bytes each, and twice that while reading. */
export async function readCatalogueState(client: ClientBase): Promise<CatalogueState> {
  const items: number[] = [];
  const sellable: number[] = [];
  const prices: number[] = [];
  for await (const rows of readRows(client, PRODUCTS, 3)) {
    while (rows.next()) {
      items.push(rows.int32(0));
      sellable.push(rows.int32(1));
      prices.push(Number(rows.text(2) ?? Number.NaN));
    }
  }
  return {
    items: Uint32Array.from(items),
    sellable: Uint8Array.from(sellable),
    prices: Float64Array.from(prices),
  };
}

/** As `snapshots.catalogue` keeps it, an entry a product, little-endian: u32 2 × item number + sellable, f64 price. */
export function encodeCatalogueState({ items, sellable, prices }: CatalogueState): Uint8Array {
  const bytes = new Uint8Array(ENTRY_BYTES * items.length);
  const view = new DataView(bytes.buffer);
  items.forEach((item, i) => {
    view.setUint32(ENTRY_BYTES * i, 2 * item + (sellable[i] as number), true);
    view.setFloat64(ENTRY_BYTES * i + 4, prices[i] as number, true);
  });
  return bytes;
}

export function decodeCatalogueState(bytes: Uint8Array): CatalogueState {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.floor(bytes.byteLength / ENTRY_BYTES);
  const state = {
    items: new Uint32Array(count),
    sellable: new Uint8Array(count),
    prices: new Float64Array(count),
  };
  for (let i = 0; i < count; i++) {
    const head = view.getUint32(ENTRY_BYTES * i, true);
    state.items[i] = head >>> 1;
    state.sellable[i] = head & 1;
    state.prices[i] = view.getFloat64(ENTRY_BYTES * i + 4, true);
  }
  return state;
}
