import type { ShopStatistics } from './measure.ts';

/** What a figure should be: the target shop, and what was counted in UCI Online Retail (two years) or Olist. */
const EXPECTED: Partial<Record<keyof ShopStatistics, readonly [target: string, retail: string]>> = {
  lines: ['as asked', '788187'],
  orders: ['lines / 8.42', '36594'],
  customers: ['as asked', '5852'],
  products: ['as asked', '4619'],
  ordersPerCustomer: ['1.3', '6.25 UCI, 1.03 Olist'],
  singleOrderShare: ['0.80-0.85', '0.277 UCI, 0.970 Olist'],
  mostOrders: ['heavy tail', '373'],
  linesPerOrder: ['8.4', '20.93'],
  linesPerOrderMedian: ['6.0 (UCI scaled)', '15'],
  linesPerOrderP99: ['40.5 (UCI scaled)', '101'],
  oneLineShare: ['', '0.075'],
  repeatShare: ['0.10-0.15', '0.372'],
  repeatShareLater: ['', '0.457'],
  rankSlope: ['-0.6', '-0.577 UCI, -0.653 Olist'],
  topOnePercent: ['', '0.113'],
  topTenPercent: ['', '0.497'],
  topFifth: ['', '0.689'],
  soldOnceShare: ['', '0.027'],
  topProvinceShare: ['uneven', '0.419 Olist'],
  topCityShare: ['uneven', '0.156 Olist'],
  busiestMonthRatio: ['', '1.80'],
};

/** The statistics as lines of text, beside what they were calibrated to. */
export function reportShop(statistics: ShopStatistics): string {
  const figures = Object.entries(statistics) as [keyof ShopStatistics, number][];
  const row = (cells: readonly string[]) =>
    cells.map((cell, i) => cell.padEnd([22, 12, 20, 0][i] ?? 0)).join(' ');
  const body = figures.map(([name, value]) => {
    const [target, retail] = EXPECTED[name] ?? ['', ''];
    return row([name, Number.isInteger(value) ? String(value) : value.toFixed(4), target, retail]);
  });
  return [row(['figure', 'measured', 'target', 'retail']), ...body].map((line) => line.trimEnd()).join('\n');
}
