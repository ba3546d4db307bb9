import { ROOMS } from './aisle.ts';
import { type Alias, buildAlias } from './alias.ts';
import { Random, STREAM } from './random.ts';
import { TARGET } from './request.ts';
import type { Stock } from './stock.ts';

/**
 * Rank-frequency curve of a product: (rank + flat)^-slope · e^(-rank / reach), in ranks of the target shop.
 * Fitted so that what is drawn has the calibration set's slope over ranks 10–1000 and its top shares.
 */
const CURVE = { flat: 2, slope: 0.46, reach: 1150 };
/** Small shops run out of products for a basket sooner, which flattens what is drawn: their curve starts steeper. */
const STEEPER_WHEN_SMALL = { below: 1500, by: 0.8 };
/** How much a collection's own luck, a product's luck and a low price make a product sell. */
const LUCK = { collection: 0.9, product: 1, cheapness: 0.35 };

/** Relative demand of every product, services 0. */
export function demandOf(stock: Stock, seed: number): Float64Array {
  const random = new Random(seed, STREAM.assortment, 1);
  const luck = Float64Array.from(stock.clusterOfCollection, () => random.normal());
  const appeal = Float64Array.from({ length: stock.merchandise }, (_, i) => {
    const price = stock.products[i]?.price ?? 1;
    const shared = luck[stock.collectionOf[i] as number] as number;
    return LUCK.collection * shared + LUCK.product * random.normal() - LUCK.cheapness * Math.log(price);
  });
  const order = Array.from(appeal.keys()).sort((a, b) => (appeal[b] as number) - (appeal[a] as number));
  const demand = new Float64Array(stock.products.length);
  const scale = TARGET.items / stock.products.length;
  const smallness = Math.max(0, 1 - stock.products.length / STEEPER_WHEN_SMALL.below);
  const slope = CURVE.slope * (1 + STEEPER_WHEN_SMALL.by * smallness);
  order.forEach((product, place) => {
    const rank = (place + 1) * scale;
    demand[product] = (rank + CURVE.flat) ** -slope * Math.exp(-rank / CURVE.reach);
  });
  return demand;
}

/** Members of a group and the table to draw one of them by demand. */
interface Shelf {
  members: Uint32Array;
  choice: Alias;
}

export interface Shelves {
  everything: Alias;
  /** By room × styles + style; null where the shop has nothing of the kind. */
  clusters: (Shelf | null)[];
  /** Demand of each room, in the order of ROOMS. */
  rooms: Alias;
  collections: Alias[];
}

export function arrangeShelves(stock: Stock, demand: Float64Array): Shelves {
  const groups: number[][] = Array.from({ length: ROOMS.length * stock.styles }, () => []);
  const roomDemand = new Float64Array(ROOMS.length);
  for (let i = 0; i < stock.merchandise; i++) {
    const cluster = stock.clusterOfCollection[stock.collectionOf[i] as number] as number;
    groups[cluster]?.push(i);
    const room = Math.floor(cluster / stock.styles);
    roomDemand[room] = (roomDemand[room] as number) + (demand[i] as number);
  }
  const clusters = groups.map((members) =>
    members.length === 0
      ? null
      : { members: Uint32Array.from(members), choice: buildAlias(members.map((i) => demand[i] as number)) },
  );
  const collections = Array.from(stock.clusterOfCollection, (_, c) =>
    buildAlias(demand.subarray(stock.collectionStart[c], stock.collectionStart[c + 1])),
  );
  return { everything: buildAlias(demand), clusters, rooms: buildAlias(roomDemand), collections };
}
