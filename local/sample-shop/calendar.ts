import type { Random } from './random.ts';

export const DAY_MS = 86_400_000;
/** Two years of orders, as in the calibration set. */
export const WINDOW_DAYS = 730;
const SHOP_UTC_OFFSET_MS = 5 * 3_600_000;

/** Orders by month, January first: the autumn peak of the calibration set, moved to the wedding season. */
const MONTH_WEIGHT = [0.95, 0.85, 0.95, 0.9, 0.95, 0.9, 0.85, 1, 1.1, 1.25, 1.55, 1.25];
/** Sunday first; Friday is the quiet day. */
const WEEKDAY_WEIGHT = [1.25, 1, 0.95, 1, 1, 0.75, 1.1];
const GROWTH_OVER_WINDOW = 0.5;

interface Sale {
  from: number;
  to: number;
  off: number;
}
/** Yearly sales as month × 100 + day. */
const SALES: readonly Sale[] = [
  { from: 318, to: 325, off: 0.12 },
  { from: 809, to: 815, off: 0.15 },
  { from: 1108, to: 1118, off: 0.25 },
  { from: 1222, to: 1231, off: 0.1 },
];

function localDate(ms: number): Date {
  return new Date(ms + SHOP_UTC_OFFSET_MS);
}

/** Month at the shop, 0–11. */
export function monthOf(ms: number): number {
  return localDate(ms).getUTCMonth();
}

/** Discount on the day, 0 outside sales. */
export function discountOn(ms: number): number {
  const date = localDate(ms);
  const key = (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
  return SALES.find((sale) => key >= sale.from && key <= sale.to)?.off ?? 0;
}

/** Expected share of orders for every day of the window, first day first; not normalised. */
export function dayWeights(untilMs: number): Float64Array {
  return Float64Array.from({ length: WINDOW_DAYS }, (_, day) => {
    const ms = untilMs - (WINDOW_DAYS - day) * DAY_MS;
    const date = localDate(ms);
    const growth = 1 + (GROWTH_OVER_WINDOW * day) / WINDOW_DAYS;
    const season = MONTH_WEIGHT[date.getUTCMonth()] ?? 1;
    const weekday = WEEKDAY_WEIGHT[date.getUTCDay()] ?? 1;
    return growth * season * weekday * (1 + 2 * discountOn(ms));
  });
}

/** Milliseconds into a day: two humps, noon and evening at the shop, hardly any at night. */
export function timeOfDay(random: Random): number {
  const centre = random.next() < 0.45 ? 12.5 : 20;
  const hour = (centre + 2.2 * random.normal() - 5 + 48) % 24;
  return Math.floor(hour * 3600) * 1000;
}
