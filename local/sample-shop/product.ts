import { type Aisle, ROOMS } from './aisle.ts';
import { drawPicture } from './picture.ts';
import type { Random } from './random.ts';
import { COLOURS, type Colour } from './style.ts';

/** A product as the shop lists it. Prices are whole rupees; `createdAt` is ISO 8601. */
export interface ShopProduct {
  productId: string;
  name: string;
  department: string;
  category: string;
  aisle: string;
  price: number;
  currency: 'PKR';
  url: string;
  handle: string;
  imageUrl: string;
  variantId: string;
  available: boolean;
  createdAt: string;
}

const FIRST_ID = 2_001;
const FIRST_VARIANT = 40_000_000_000_001;
const SOLD_OUT_SHARE = 0.02;
/** Background of pictures, by room. */
const WALLS = ['eef', 'ffe', 'fee', 'eff', 'fef', 'eee', 'efe'];
const PICTURE_WALL_OF_SERVICES = 'eee';

function slug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

function idsAndLinks(name: string, number: number) {
  const handle = slug(name);
  return {
    productId: String(FIRST_ID + number),
    name,
    currency: 'PKR' as const,
    handle,
    url: `https://shop.example/products/${handle}`,
    variantId: String(FIRST_VARIANT + number * 32_768),
  };
}

const OTHER_TRIES = 6;

/** A name nobody has yet: another is tried a few times, then it becomes "… No. 2". */
function uniqueName(draw: () => string, taken: Set<string>): string {
  let name = draw();
  for (let attempt = 0; attempt < OTHER_TRIES && taken.has(name); attempt++) name = draw();
  const base = name;
  for (let edition = 2; taken.has(name); edition++) name = `${base} No. ${edition}`;
  taken.add(name);
  return name;
}

/** Price on a logarithmic scale within the aisle's range, ending in 50 or, from 5,000 up, 99. */
function drawPrice([low, high]: readonly [number, number], random: Random): number {
  const raw = low * (high / low) ** ((random.next() + random.next()) / 2);
  return raw < 5000 ? Math.round(raw / 50) * 50 : Math.round(raw / 500) * 500 - 1;
}

interface ProductDraft {
  number: number;
  aisle: Aisle;
  collection: string;
  colour: Colour;
  createdMs: number;
  taken: Set<string>;
}

export function makeProduct(draft: ProductDraft, random: Random): ShopProduct {
  const { aisle, collection, colour, number } = draft;
  const drawName = () => {
    const material = aisle.materials.length > 0 ? `${random.pick(aisle.materials)} ` : '';
    const size = aisle.sizes.length > 0 ? `${random.pick(aisle.sizes)}, ` : '';
    return `${collection} ${material}${random.pick(aisle.nouns)}, ${size}${colour}`;
  };
  const name = uniqueName(drawName, draft.taken);
  const wall = WALLS[ROOMS.indexOf(aisle.room)] ?? PICTURE_WALL_OF_SERVICES;
  return {
    ...idsAndLinks(name, number),
    department: aisle.department,
    category: aisle.category,
    aisle: aisle.aisle,
    price: drawPrice(aisle.price, random),
    imageUrl: drawPicture(aisle.glyph, COLOURS[colour], wall),
    available: random.next() >= SOLD_OUT_SHARE,
    createdAt: new Date(draft.createdMs).toISOString(),
  };
}

/** Things that are sold but are no merchandise: the ingest should find them. Most frequent first. */
export const SERVICES = [
  { name: 'Delivery Charge', price: 350, shareOfOrders: 0.05 },
  { name: 'Assembly Service', price: 2500, shareOfOrders: 0.01 },
  { name: 'Gift Voucher', price: 5000, shareOfOrders: 0.004 },
] as const;

export function makeService(kind: number, number: number, createdMs: number): ShopProduct {
  const service = SERVICES[kind] ?? SERVICES[0];
  return {
    ...idsAndLinks(service.name, number),
    department: 'Services',
    category: 'Services',
    aisle: 'Services',
    price: service.price,
    imageUrl: drawPicture('parcel', COLOURS.Sand, PICTURE_WALL_OF_SERVICES),
    available: true,
    createdAt: new Date(createdMs).toISOString(),
  };
}
