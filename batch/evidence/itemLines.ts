import type { OrderBook } from './orderBook.ts';

/** Where each item was bought: the order book turned round. */
export interface ItemLines {
  /** Lines of item i: starts[i] … starts[i + 1] - 1 in `lines`; their number is the item's orders. */
  readonly starts: Uint32Array;
  /** Line indices into the book, ascending for each item. */
  readonly lines: Uint32Array;
  /** Order of each line of the book. */
  readonly orderOfLine: Uint32Array;
}

/** Counting sort of the book's lines by item. O(lines + items). */
export function indexItemLines(book: OrderBook): ItemLines {
  const { items, lineStarts, orderCount, maxItem } = book;
  const starts = new Uint32Array(maxItem + 2);
  for (let line = 0; line < items.length; line++) {
    const next = (items[line] as number) + 1;
    starts[next] = (starts[next] as number) + 1;
  }
  for (let i = 1; i < starts.length; i++) starts[i] = (starts[i] as number) + (starts[i - 1] as number);
  const cursor = starts.slice();
  const lines = new Uint32Array(items.length);
  const orderOfLine = new Uint32Array(items.length);
  for (let order = 0; order < orderCount; order++) {
    const end = lineStarts[order + 1] as number;
    for (let line = lineStarts[order] as number; line < end; line++) {
      const item = items[line] as number;
      const at = cursor[item] as number;
      lines[at] = line;
      cursor[item] = at + 1;
      orderOfLine[line] = order;
    }
  }
  return { starts, lines, orderOfLine };
}

/** Orders that hold the item. */
export function ordersOfItem(index: ItemLines, item: number): number {
  return (index.starts[item + 1] ?? 0) - (index.starts[item] ?? 0);
}
