import { type ItemLines, ordersOfItem } from './itemLines.ts';
import type { OrderBook } from './orderBook.ts';
import type { PairTable } from './pairs.ts';

/** How one product is bought. */
interface ProductFigure {
  readonly item: number;
  readonly orders: number;
  readonly customers: number;
  /** Customers with two or more orders of it. */
  readonly repeat_customers: number;
  /** Distinct products bought together with it. */
  readonly neighbours: number;
  /** The strongest pair, and the orders that hold both. */
  readonly best: readonly [item: number, orders: number] | null;
}

interface FiguresRequest {
  readonly book: OrderBook;
  readonly index: ItemLines;
  readonly pairs: PairTable;
  /** Products for which this is false are left out, as pairs too. */
  readonly keep: (item: number) => boolean;
  readonly limit: number;
}

/** Products with the most neighbours, then the most orders. Guests count as orders only. O(lines + items log items). */
export function productFigures({ book, index, pairs, keep, limit }: FiguresRequest): ProductFigure[] {
  /** Last item each customer was counted for, once and again; items count from 1. */
  const once = new Uint32Array(book.maxCustomer + 1);
  const again = new Uint32Array(book.maxCustomer + 1);

  function figureOf(item: number): ProductFigure {
    let customers = 0;
    let repeated = 0;
    const end = index.starts[item + 1] as number;
    for (let at = index.starts[item] as number; at < end; at++) {
      const order = index.orderOfLine[index.lines[at] as number] as number;
      const customer = book.customers[order] as number;
      if (customer === 0) continue;
      if (once[customer] !== item) {
        once[customer] = item;
        customers++;
      } else if (again[customer] !== item) {
        again[customer] = item;
        repeated++;
      }
    }
    return {
      item,
      orders: ordersOfItem(index, item),
      customers,
      repeat_customers: repeated,
      neighbours: pairs.neighbours[item] as number,
      best: bestOf(item),
    };
  }
  function bestOf(item: number): ProductFigure['best'] {
    const end = pairs.starts[item + 1] as number;
    for (let at = pairs.starts[item] as number; at < end; at++) {
      const other = pairs.items[at] as number;
      if (keep(other)) return [other, pairs.supports[at] as number];
    }
    return null;
  }

  const sold: number[] = [];
  for (let item = 1; item <= book.maxItem; item++)
    if (keep(item) && ordersOfItem(index, item) > 0) sold.push(item);
  const neighbours = (item: number) => pairs.neighbours[item] as number;
  return sold
    .sort((a, b) => neighbours(b) - neighbours(a) || ordersOfItem(index, b) - ordersOfItem(index, a) || a - b)
    .slice(0, limit)
    .map(figureOf);
}
