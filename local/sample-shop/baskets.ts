import { type Alias, drawAlias } from './alias.ts';
import { AISLES } from './assortment.ts';
import type { Readiness } from './fashion.ts';
import type { Shelves } from './popularity.ts';
import type { Random } from './random.ts';
import type { Stock } from './stock.ts';
import type { Unsold } from './unsold.ts';

/** Where a line comes from; what is left over is drawn from the whole shop by popularity. */
const MIX = { again: 0.8, companion: 0.2, mission: 0.68 };
const TWICE_ON_ONE_ORDER = 0.004;
const ATTEMPTS = 10;
const AGAIN_ATTEMPTS = 3;

interface Visit {
  order: number;
  day: number;
  lines: number;
  mission: number;
  /** What the customer bought before, oldest first, with repetitions. */
  history: readonly number[];
  /** Lines of the whole shop still to be written, this order's included. */
  linesLeft: number;
}

export interface Floor {
  stock: Stock;
  shelves: Shelves;
  readiness: Readiness;
  unsold: Unsold;
}

/** A product of an earlier order, the recent ones rather; -1 where it is not a thing to buy again. */
function boughtBefore(stock: Stock, history: readonly number[], random: Random): number {
  const recent = Math.floor(history.length * random.next() ** 0.6);
  const product = history[recent] as number;
  const again = AISLES[stock.aisleOf[product] as number]?.again ?? 0;
  return random.next() < 0.25 + 0.75 * again ? product : -1;
}

/** Another product of a collection that is in the basket. */
function companion({ stock, shelves }: Floor, basket: readonly number[], random: Random): number {
  const collection = stock.collectionOf[random.pick(basket)] as number;
  const within = drawAlias(shelves.collections[collection] as Alias, random);
  return (stock.collectionStart[collection] as number) + within;
}

/** Makes the function that fills baskets: product numbers, distinct but for the odd product on two lines. */
export function basketFiller(floor: Floor): (visit: Visit, random: Random) => number[] {
  const { stock, shelves, readiness, unsold } = floor;
  const seenInOrder = new Int32Array(stock.products.length).fill(-1);

  function fromShelf(visit: Visit, basket: readonly number[], random: Random): number {
    const roll = random.next();
    if (roll < MIX.companion && basket.length > 0) return companion(floor, basket, random);
    const shelf = roll < MIX.companion + MIX.mission ? (shelves.clusters[visit.mission] ?? null) : null;
    if (shelf === null) return drawAlias(shelves.everything, random);
    return shelf.members[drawAlias(shelf.choice, random)] as number;
  }

  function freshProduct(visit: Visit, basket: readonly number[], random: Random): number {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const product = fromShelf(visit, basket, random);
      if (seenInOrder[product] !== visit.order && random.next() < readiness(product, visit.day))
        return product;
    }
    return anyProduct(visit, random);
  }

  function fromHistory(visit: Visit, random: Random): number {
    for (let attempt = 0; attempt < AGAIN_ATTEMPTS; attempt++) {
      const product = boughtBefore(stock, visit.history, random);
      if (product >= 0 && seenInOrder[product] !== visit.order) return product;
    }
    return -1;
  }

  /** The first product from a random place on that is launched and not in the basket; any at all in a tiny shop. */
  function anyProduct(visit: Visit, random: Random): number {
    const start = random.below(stock.merchandise);
    for (let step = 0; step < Math.min(stock.merchandise, 200); step++) {
      const product = (start + step) % stock.merchandise;
      if (seenInOrder[product] !== visit.order && readiness(product, visit.day) > 0) return product;
    }
    return start;
  }

  /** Evenly over the run, lines go to what has not been sold, so that nothing is left at the end. */
  function stillUnsold(visit: Visit, written: number, random: Random): number {
    const left = unsold.count();
    if (left === 0 || random.next() * (visit.linesLeft - written) >= left) return -1;
    const product = unsold.draw(random);
    const last = left >= visit.linesLeft - written;
    return last || readiness(product, visit.day) > 0 ? product : -1;
  }

  function drawLine(visit: Visit, basket: readonly number[], random: Random): number {
    const forced = stillUnsold(visit, basket.length, random);
    if (forced >= 0) return forced;
    if (basket.length > 0 && random.next() < TWICE_ON_ONE_ORDER) return random.pick(basket);
    const again = visit.history.length > 0 && random.next() < MIX.again ? fromHistory(visit, random) : -1;
    return again >= 0 ? again : freshProduct(visit, basket, random);
  }

  return (visit, random) => {
    const basket: number[] = [];
    while (basket.length < visit.lines) {
      const product = drawLine(visit, basket, random);
      seenInOrder[product] = visit.order;
      unsold.sold(product);
      basket.push(product);
    }
    return basket;
  };
}
