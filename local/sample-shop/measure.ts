import type { Shop } from './generateShop.ts';
import type { ShopOrder } from './orders.ts';
import { SERVICES } from './product.ts';
import { TARGET } from './request.ts';

/** Statistics as the calibration file defines them; shares lie between 0 and 1. */
export interface ShopStatistics {
  lines: number;
  orders: number;
  customers: number;
  products: number;
  guestOrderShare: number;
  cancelledShare: number;
  returnedShare: number;
  serviceLineShare: number;
  ordersPerCustomer: number;
  singleOrderShare: number;
  mostOrders: number;
  linesPerOrder: number;
  linesPerOrderMedian: number;
  linesPerOrderP99: number;
  oneLineShare: number;
  repeatShare: number;
  repeatShareLater: number;
  rankSlope: number;
  topOnePercent: number;
  topTenPercent: number;
  topFifth: number;
  soldOnceShare: number;
  topProvinceShare: number;
  topCityShare: number;
  busiestMonthRatio: number;
}

function increase<K>(counts: Map<K, number>, key: K, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function descending(counts: Iterable<number>): number[] {
  return [...counts].sort((a, b) => b - a);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Least squares slope of log count over log rank, ranks 10–1000 of the target shop, scaled to the number of products. */
function rankSlope(counts: readonly number[]): number {
  const scale = counts.length / TARGET.items;
  const first = Math.max(1, Math.round(10 * scale));
  const last = Math.min(counts.length, Math.round(1000 * scale));
  let n = 0;
  let [sx, sy, sxx, sxy] = [0, 0, 0, 0];
  for (let rank = first; rank <= last; rank++) {
    const x = Math.log(rank);
    const y = Math.log(counts[rank - 1] ?? 1);
    n += 1;
    sx += x;
    sy += y;
    sxx += x * x;
    sxy += x * y;
  }
  return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

interface Counts {
  services: ReadonlySet<string>;
  ordersOf: Map<string, number>;
  sales: Map<string, number>;
  provinces: Map<string, number>;
  cities: Map<string, number>;
  months: Map<string, number>;
  statuses: Map<string, number>;
  /** Customer and product in one number, for those bought so far. */
  pairs: Set<number>;
  sizes: number[];
  guests: number;
  serviceLines: number;
  customerLines: number;
  repeats: number;
  laterLines: number;
}

function startCounts(shop: Shop): Counts {
  const services = new Set<string>();
  for (const p of shop.products()) if (SERVICES.some((s) => s.name === p.name)) services.add(p.productId);
  const maps = {
    ordersOf: new Map(),
    sales: new Map(),
    provinces: new Map(),
    cities: new Map(),
    months: new Map(),
  };
  const zeros = { guests: 0, serviceLines: 0, customerLines: 0, repeats: 0, laterLines: 0 };
  return { services, ...maps, statuses: new Map(), pairs: new Set(), sizes: [], ...zeros };
}

function countCustomer(counts: Counts, order: ShopOrder, customer: string): void {
  const later = counts.ordersOf.has(customer);
  const keys = new Set<number>();
  for (const { productId } of order.lines) {
    const pair = Number(customer) * 2 ** 24 + Number(productId);
    if (later && counts.pairs.has(pair)) counts.repeats += 1;
    keys.add(pair);
  }
  for (const key of keys) counts.pairs.add(key);
  counts.customerLines += order.lines.length;
  if (later) counts.laterLines += order.lines.length;
  increase(counts.ordersOf, customer);
}

function countOrder(counts: Counts, order: ShopOrder): void {
  counts.sizes.push(order.lines.length);
  increase(counts.statuses, order.status);
  increase(counts.provinces, order.province.trim().toLowerCase());
  increase(counts.cities, order.city.trim().toLowerCase());
  increase(counts.months, new Date(order.orderedAtMs).toISOString().slice(0, 7));
  for (const { productId } of order.lines) {
    increase(counts.sales, productId);
    if (counts.services.has(productId)) counts.serviceLines += 1;
  }
  if (order.customerId === null) counts.guests += 1;
  else countCustomer(counts, order, order.customerId);
}

function shapeOf({ sizes, statuses, provinces, cities, months }: Counts) {
  const bySize = sizes.toSorted((a, b) => a - b);
  const most = (map: Map<string, number>) => Math.max(...map.values()) / sizes.length;
  return {
    cancelledShare: (statuses.get('cancelled') ?? 0) / sizes.length,
    returnedShare: (statuses.get('returned') ?? 0) / sizes.length,
    linesPerOrderMedian: bySize[Math.floor(bySize.length / 2)] ?? 0,
    linesPerOrderP99: bySize[Math.floor(bySize.length * 0.99)] ?? 0,
    oneLineShare: bySize.filter((n) => n === 1).length / sizes.length,
    topProvinceShare: most(provinces),
    topCityShare: most(cities),
    busiestMonthRatio: most(months) * months.size,
  };
}

function concentration(sales: readonly number[], lines: number) {
  const topShare = (share: number) => sumOf(sales.slice(0, Math.ceil(sales.length * share))) / lines;
  return {
    rankSlope: rankSlope(sales),
    topOnePercent: topShare(0.01),
    topTenPercent: topShare(0.1),
    topFifth: topShare(0.2),
    soldOnceShare: sales.filter((n) => n === 1).length / sales.length,
  };
}

function statisticsOf(counts: Counts): ShopStatistics {
  const sales = descending(counts.sales.values());
  const orderCounts = descending(counts.ordersOf.values());
  const lines = sumOf(sales);
  const { sizes, ordersOf, guests, repeats } = counts;
  return {
    lines,
    orders: sizes.length,
    customers: ordersOf.size,
    products: counts.sales.size,
    guestOrderShare: guests / sizes.length,
    serviceLineShare: counts.serviceLines / lines,
    ordersPerCustomer: (sizes.length - guests) / ordersOf.size,
    singleOrderShare: orderCounts.filter((n) => n === 1).length / ordersOf.size,
    mostOrders: orderCounts[0] ?? 0,
    linesPerOrder: lines / sizes.length,
    repeatShare: repeats / counts.customerLines,
    repeatShareLater: counts.laterLines === 0 ? 0 : repeats / counts.laterLines,
    ...shapeOf(counts),
    ...concentration(sales, lines),
  };
}

/** Counts while orders go by; `statistics` sums up. Holds the pairs of customer and product, so it is for reports only. */
export function measureShop(shop: Shop): {
  see: (order: ShopOrder) => void;
  statistics: () => ShopStatistics;
} {
  const counts = startCounts(shop);
  return { see: (order) => countOrder(counts, order), statistics: () => statisticsOf(counts) };
}
