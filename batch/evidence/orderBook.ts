/**
 * Every order that counts, as parallel arrays: completed orders with at least one line of a
 * recommendable product. Orders stand in the order of their number, so the same data gives the same book.
 */
export interface OrderBook {
  readonly orderCount: number;
  /** Customer number of each order; 0 = guest. */
  readonly customers: Int32Array;
  /** Seconds since 1970 of each order. */
  readonly times: Float64Array;
  /** 1-based place of each order; 0 = unknown. */
  readonly places: Int32Array;
  /** Lines of order o: lineStarts[o] … lineStarts[o + 1] - 1. Length orderCount + 1. */
  readonly lineStarts: Uint32Array;
  /** Item number of each line; an order names an item once. */
  readonly items: Uint32Array;
  /** Largest item number that may occur. */
  readonly maxItem: number;
  /** Largest customer number that may occur. */
  readonly maxCustomer: number;
}

export interface OrderFact {
  readonly customer: number;
  readonly time: number;
  readonly place: number;
  /** May repeat an item; the book keeps its first line. */
  readonly items: readonly number[];
}

/** A book from plain facts, for small data and tests. */
export function orderBookOf(orders: readonly OrderFact[]): OrderBook {
  const kept = orders
    .map((order) => ({ ...order, items: [...new Set(order.items)] }))
    .filter((order) => order.items.length > 0);
  const lineStarts = new Uint32Array(kept.length + 1);
  kept.forEach((order, o) => {
    lineStarts[o + 1] = (lineStarts[o] as number) + order.items.length;
  });
  const items = Uint32Array.from(kept.flatMap((order) => order.items));
  return {
    orderCount: kept.length,
    customers: Int32Array.from(kept, (order) => order.customer),
    times: Float64Array.from(kept, (order) => order.time),
    places: Int32Array.from(kept, (order) => order.place),
    lineStarts,
    items,
    maxItem: items.reduce((a, b) => Math.max(a, b), 0),
    maxCustomer: kept.reduce((max, order) => Math.max(max, order.customer), 0),
  };
}
