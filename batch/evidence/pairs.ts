import { createCopurchaseCounter } from './copurchases.ts';
import { type ItemLines, ordersOfItem } from './itemLines.ts';
import type { OrderBook } from './orderBook.ts';
import { createTopK } from './topK.ts';

/** The strongest co-purchases of every item, strongest first. */
export interface PairTable {
  /** Pairs of item i: starts[i] … starts[i + 1] - 1. */
  readonly starts: Uint32Array;
  readonly items: Uint32Array;
  /** Orders with both. */
  readonly supports: Uint32Array;
  readonly strengths: Float32Array;
  /** Distinct co-purchased items of each item, kept or not. */
  readonly neighbours: Uint32Array;
}

/** Orders a pair is short of being believed: keeps one shared order from outranking twenty. */
const DAMPING = 5;

/**
 * Strength of a pair: cosine of the two items' order sets, damped for rare items,
 * support / (sqrt(orders a × orders b) + 5). In [0, 1).
 */
export function pairStrength(support: number, ordersA: number, ordersB: number): number {
  return support / (Math.sqrt(ordersA * ordersB) + DAMPING);
}

/** How much oftener two items are bought together than by chance: 1 = as chance has it. */
export function pairLift({
  support,
  a,
  b,
  orders,
}: {
  support: number;
  a: number;
  b: number;
  orders: number;
}) {
  return (support * orders) / (a * b);
}

/**
 * Top `k` co-purchases of every item by pairStrength.
 * O(Σ over orders of lines², bounded as in copurchases.ts, + pairs × log k).
 */
export function rankPairs(book: OrderBook, index: ItemLines, k: number): PairTable {
  const counter = createCopurchaseCounter(book, index);
  const top = createTopK(k);
  const starts = new Uint32Array(book.maxItem + 2);
  const neighbours = new Uint32Array(book.maxItem + 1);
  let items = new Uint32Array(1024 + k);
  let supports = new Uint32Array(items.length);
  let strengths = new Float32Array(items.length);
  let at = 0;
  for (let item = 0; item <= book.maxItem; item++) {
    starts[item] = at;
    const found = counter.count(item);
    neighbours[item] = found;
    const mine = ordersOfItem(index, item);
    for (let i = 0; i < found; i++) {
      const other = counter.neighbours[i] as number;
      top.offer(other, pairStrength(counter.counts[other] as number, mine, ordersOfItem(index, other)));
    }
    if (at + k > items.length) {
      items = enlarged(items, new Uint32Array(2 * items.length));
      supports = enlarged(supports, new Uint32Array(items.length));
      strengths = enlarged(strengths, new Float32Array(items.length));
    }
    const end = at + top.drain(items, at);
    for (; at < end; at++) {
      const other = items[at] as number;
      const support = counter.counts[other] as number;
      supports[at] = support;
      strengths[at] = pairStrength(support, mine, ordersOfItem(index, other));
    }
  }
  starts[book.maxItem + 1] = at;
  return { starts, items, supports, strengths, neighbours };
}

function enlarged<T extends Uint32Array | Float32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
