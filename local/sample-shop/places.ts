import { type Alias, buildAlias, drawAlias } from './alias.ts';
import type { Random } from './random.ts';

export interface Place {
  province: string;
  city: string;
}

/** Cities by province with their share of customers in thousandths: two cities take almost half, as in Olist. */
const CITIES: Record<string, Record<string, number>> = {
  Punjab: {
    Lahore: 225,
    Faisalabad: 58,
    Rawalpindi: 66,
    Multan: 34,
    Gujranwala: 28,
    Sialkot: 20,
    Bahawalpur: 14,
    Sargodha: 13,
    Gujrat: 9,
    Sahiwal: 8,
    'Rahim Yar Khan': 7,
    Jhelum: 6,
    'Dera Ghazi Khan': 5,
    Okara: 4,
    Kasur: 4,
  },
  Sindh: { Karachi: 232, Hyderabad: 29, Sukkur: 11, Larkana: 6, Nawabshah: 5, 'Mirpur Khas': 4 },
  Islamabad: { Islamabad: 98 },
  KPK: { Peshawar: 44, Abbottabad: 14, Mardan: 11, Swat: 7, Kohat: 4, 'Dera Ismail Khan': 3 },
  Balochistan: { Quetta: 18, Gwadar: 2, Khuzdar: 1 },
  AJK: { Mirpur: 5, Muzaffarabad: 4 },
  'Gilgit-Baltistan': { Gilgit: 2, Skardu: 1 },
};

const PLACES: readonly Place[] = Object.entries(CITIES).flatMap(([province, cities]) =>
  Object.keys(cities).map((city) => ({ province, city })),
);
export const PROVINCES: readonly string[] = Object.keys(CITIES);

const byShare: Alias = buildAlias(Object.values(CITIES).flatMap((cities) => Object.values(cities)));

export function drawPlace(random: Random): Place {
  return PLACES[drawAlias(byShare, random)] as Place;
}

/** Staff type places by hand: now and then in capitals or with a stray blank. */
export function asTyped(name: string, random: Random): string {
  const roll = random.next();
  if (roll < 0.008) return name.toUpperCase();
  if (roll < 0.012) return ` ${name.toLowerCase()}`;
  return name;
}
