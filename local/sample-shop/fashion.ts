import type { Season } from './aisle.ts';
import { AISLES } from './assortment.ts';
import { DAY_MS, monthOf, WINDOW_DAYS } from './calendar.ts';
import { Random, STREAM } from './random.ts';
import type { Stock } from './stock.ts';

/** How readily things sell by month, January first; 1 at the best. */
const SEASONS: Record<Season, readonly number[]> = {
  always: [0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8],
  winter: [1, 0.75, 0.45, 0.3, 0.25, 0.25, 0.25, 0.3, 0.5, 0.8, 1, 1],
  summer: [0.3, 0.4, 0.7, 0.95, 1, 1, 0.95, 0.8, 0.6, 0.4, 0.3, 0.25],
  wedding: [0.95, 0.8, 0.7, 0.6, 0.5, 0.5, 0.5, 0.55, 0.65, 0.9, 1, 1],
};
const OUT_OF_FASHION = 0.45;
const FASHION_DAYS = 130;

/** Says how readily a product sells on a day, from 0 (not launched yet) to 1. */
export type Readiness = (product: number, day: number) => number;

/** Seasons by aisle; every collection also has a peak somewhere around the window, so that some are trending. */
export function readinessOf(stock: Stock, seed: number, untilMs: number): Readiness {
  const random = new Random(seed, STREAM.assortment, 2);
  const peak = Float64Array.from(stock.clusterOfCollection, () => random.next() * (WINDOW_DAYS + 400) - 200);
  const months = Uint8Array.from({ length: WINDOW_DAYS }, (_, day) =>
    monthOf(untilMs + (day - WINDOW_DAYS) * DAY_MS),
  );
  const seasons = AISLES.map((aisle) => SEASONS[aisle.season]);
  return (product, day) => {
    if ((stock.launchDay[product] as number) > day) return 0;
    const distance = (day - (peak[stock.collectionOf[product] as number] as number)) / FASHION_DAYS;
    const fashion = OUT_OF_FASHION + (1 - OUT_OF_FASHION) * Math.exp(-distance * distance);
    return fashion * (seasons[stock.aisleOf[product] as number]?.[months[day] as number] ?? 1);
  };
}
