import type { Glyph } from './glyphs.ts';

export const ROOMS = ['bedroom', 'living', 'dining', 'bath', 'kids', 'office', 'outdoor'] as const;
type Room = (typeof ROOMS)[number];
/** Share of collections made for a room, in the order of ROOMS. */
export const ROOM_WEIGHT: readonly number[] = [38, 20, 12, 12, 8, 5, 5];

export type Season = 'always' | 'winter' | 'summer' | 'wedding';

/** One aisle: its path, what a product in it is called, and how it sells. */
export interface Aisle {
  department: string;
  category: string;
  aisle: string;
  room: Room;
  nouns: readonly string[];
  materials: readonly string[];
  sizes: readonly string[];
  /** Lowest and highest price, PKR. */
  price: readonly [number, number];
  /** Mean pieces on a line. */
  pieces: number;
  /** How readily it is bought again, 0–1: a towel is, a wardrobe is not. */
  again: number;
  /** How many products of a collection fall into this aisle, relative. */
  weight: number;
  season: Season;
  glyph: Glyph;
}

export const BED_SIZES = ['Single', 'Double', 'Queen', 'King'];
export const COTTON = ['Cotton', 'Cotton Sateen', 'Percale', 'Egyptian Cotton', 'Jacquard'];
export const WOOD = ['Sheesham', 'Oak', 'Walnut', 'Deodar', 'Ash'];
export const CLOTH = ['Linen', 'Velvet', 'Chenille', 'Suede'];

type Selling = Pick<Aisle, 'price' | 'pieces' | 'again' | 'weight'> & { season?: Season };
type Goods = Pick<Aisle, 'nouns' | 'materials' | 'sizes' | 'glyph'>;

export function aisle(
  room: Room,
  path: readonly [string, string, string],
  goods: Goods,
  selling: Selling,
): Aisle {
  const [department, category, name] = path;
  return { department, category, aisle: name, room, season: 'always', ...goods, ...selling };
}

export function goods(
  glyph: Glyph,
  nouns: string,
  materials: readonly string[] = [],
  sizes: readonly string[] = [],
): Goods {
  return { glyph, nouns: nouns.split('|'), materials, sizes };
}

export function selling(
  price: readonly [number, number],
  pieces: number,
  again: number,
  weight: number,
): Selling {
  return { price, pieces, again, weight };
}

export const winter = (s: Selling): Selling => ({ ...s, season: 'winter' });
export const summer = (s: Selling): Selling => ({ ...s, season: 'summer' });
export const wedding = (s: Selling): Selling => ({ ...s, season: 'wedding' });
