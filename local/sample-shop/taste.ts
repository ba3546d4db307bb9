import { drawAlias } from './alias.ts';
import { PROVINCES } from './places.ts';
import type { Shelves } from './popularity.ts';
import { Random, STREAM } from './random.ts';

/** What a customer leans to, drawn anew from the seed at every order: nothing is kept per customer. */
interface Taste {
  style: number;
  room: number;
}

const STYLE_OF_THE_PROVINCE = 0.3;
const OWN_STYLE = 0.85;
const OWN_ROOM = 0.5;

/** A province has a favourite style, so that what is popular differs from place to place. */
export function tasteOf(random: Random, shelves: Shelves, styles: number, province: string): Taste {
  const local = PROVINCES.indexOf(province) % styles;
  const style = random.next() < STYLE_OF_THE_PROVINCE ? local : random.below(styles);
  return { style, room: drawAlias(shelves.rooms, random) };
}

export function customerTaste(
  seed: number,
  customer: number,
  shelves: Shelves,
  styles: number,
  province: string,
): Taste {
  return tasteOf(new Random(seed, STREAM.customer, customer), shelves, styles, province);
}

/** The cluster an order is about: mostly the customer's own style, half of the time the own room. */
export function missionOf(taste: Taste, shelves: Shelves, styles: number, random: Random): number {
  const room = random.next() < OWN_ROOM ? taste.room : drawAlias(shelves.rooms, random);
  const style = random.next() < OWN_STYLE ? taste.style : random.below(styles);
  return room * styles + style;
}
