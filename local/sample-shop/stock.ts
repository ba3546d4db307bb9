import { ROOM_WEIGHT, ROOMS } from './aisle.ts';
import { type Alias, buildAlias, drawAlias } from './alias.ts';
import { AISLES } from './assortment.ts';
import { DAY_MS, WINDOW_DAYS } from './calendar.ts';
import { makeProduct, makeService, SERVICES, type ShopProduct } from './product.ts';
import { Random, STREAM } from './random.ts';
import type { ShopSize } from './request.ts';
import { collectionName, stylesFor } from './style.ts';

/**
 * What the shop sells. The arrays run by product number; the members of a collection are neighbours:
 * collection c holds the products collectionStart[c] … collectionStart[c + 1] - 1. Services come last.
 */
export interface Stock {
  products: ShopProduct[];
  /** Products before this number are merchandise. */
  merchandise: number;
  styles: number;
  aisleOf: Uint8Array;
  collectionOf: Uint32Array;
  collectionStart: Uint32Array;
  /** Room and style of a collection as room × styles + style. */
  clusterOfCollection: Uint16Array;
  /** Day of the window when the product came in; negative for what was there before. */
  launchDay: Int16Array;
}

const COLLECTION_MEMBERS = { least: 5, spread: 6 };
const LAUNCHED_IN_WINDOW = 0.18;
/** The last weeks bring nothing new, so that every product has had a chance to sell. */
const QUIET_DAYS = 42;

const aisleNumbersOfRoom = ROOMS.map((room) =>
  AISLES.map((_, number) => number).filter((number) => AISLES[number]?.room === room),
);
const aisleChoice: readonly Alias[] = aisleNumbersOfRoom.map((numbers) =>
  buildAlias(numbers.map((number) => AISLES[number]?.weight ?? 1)),
);
const roomChoice = buildAlias(ROOM_WEIGHT);

function drawAisle(room: number, random: Random): number {
  const within = drawAlias(aisleChoice[room] as Alias, random);
  return aisleNumbersOfRoom[room]?.[within] ?? 0;
}

/** Product numbers in random order, so that neighbours in the list of ids have nothing in common. */
function shuffledNumbers(items: number, random: Random): Uint32Array {
  const numbers = Uint32Array.from({ length: items }, (_, i) => i);
  for (let i = items - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const swap = numbers[i] as number;
    numbers[i] = numbers[j] as number;
    numbers[j] = swap;
  }
  return numbers;
}

function drawLaunchDay(random: Random): number {
  if (random.next() < LAUNCHED_IN_WINDOW) return random.below(WINDOW_DAYS - QUIET_DAYS);
  return -1 - random.below(900);
}

/** Makes the assortment: collections of five to ten products each, in one room and one style. */
export function stockShop(size: ShopSize): Stock {
  const random = new Random(size.seed, STREAM.assortment);
  const services = size.items >= 50 ? SERVICES.length : size.items >= 20 ? 1 : 0;
  const merchandise = size.items - services;
  const styles = stylesFor(size.items);
  const numbers = shuffledNumbers(size.items, random);
  const dayMs = (day: number) => size.untilMs + (day - WINDOW_DAYS) * DAY_MS;
  const products: ShopProduct[] = [];
  const aisleOf = new Uint8Array(size.items);
  const collectionOf = new Uint32Array(size.items);
  const launchDay = new Int16Array(size.items).fill(-1000);
  const starts: number[] = [];
  const clusters: number[] = [];
  const taken = new Set<string>();
  while (products.length < merchandise) {
    const room = drawAlias(roomChoice, random);
    const style = random.below(styles.length);
    const name = collectionName(starts.length);
    const colours = styles[style] ?? [];
    const launched = drawLaunchDay(random);
    clusters.push(room * styles.length + style);
    starts.push(products.length);
    const end = Math.min(
      merchandise,
      products.length + COLLECTION_MEMBERS.least + random.below(COLLECTION_MEMBERS.spread),
    );
    for (let i = products.length; i < end; i++) {
      const aisle = drawAisle(room, random);
      aisleOf[i] = aisle;
      collectionOf[i] = starts.length - 1;
      launchDay[i] = launched;
      const draft = {
        number: numbers[i] as number,
        aisle: AISLES[aisle] as (typeof AISLES)[number],
        collection: name,
      };
      products.push(
        makeProduct({ ...draft, colour: random.pick(colours), createdMs: dayMs(launched), taken }, random),
      );
    }
  }
  starts.push(merchandise);
  for (let kind = 0; kind < services; kind++) {
    products.push(makeService(kind, numbers[merchandise + kind] as number, dayMs(-1000)));
  }
  return {
    products,
    merchandise,
    styles: styles.length,
    aisleOf,
    collectionOf,
    collectionStart: Uint32Array.from(starts),
    clusterOfCollection: Uint16Array.from(clusters),
    launchDay,
  };
}
