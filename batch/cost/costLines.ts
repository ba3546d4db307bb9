import { type CostLine, showUsd } from './costLine.ts';
import type { CostForecast } from './forecast.ts';

/** The forecast for people. */
export function costLines(forecast: CostForecast): string[] {
  const { asOf, engine, volume, runs, run, month, recordedThisMonth, caps } = forecast;
  const shop = `${show(volume.users)} customers, ${show(volume.items)} products, ${show(volume.interactions)} order lines`;
  return [
    `${shop}; prices of ${asOf}, override them with PRICES`,
    '',
    engine === 'embedded'
      ? 'A run with the embedded engine costs nothing beside the container.'
      : `A run on AWS: ${showUsd(run.usd)}`,
    ...table(run.lines),
    '',
    `A month of ${show(runs)} run${runs === 1 ? '' : 's'}: ${showUsd(month.usd)}`,
    ...table(month.lines),
    '',
    'Beside it:',
    ...table(forecast.alternatives),
    '',
    `Recorded this month (UTC): $${recordedThisMonth.toFixed(2)}. Caps: $${caps.run} a run (MAX_RUN_COST), $${caps.month} a month (MAX_MONTH_COST).`,
  ];
}

/** The lines of a table, its columns aligned. */
export function table(lines: readonly CostLine[]): string[] {
  const rows = lines.map(({ what, quantity, unit, usd, freeUntil }) => [
    what,
    `${show(quantity)} ${unit}`,
    showUsd(usd),
    freeUntil === null ? '' : `free until ${freeUntil}`,
  ]);
  const width = (column: number) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0));
  const widths = [width(0), width(1), width(2)];
  return rows.map((row) =>
    `  ${row.map((cell, i) => (i === 2 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join('  ')}`.trimEnd(),
  );
}

function show(value: number): string {
  const digits = value !== 0 && value < 1 ? 3 : value < 100 ? 1 : 0;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}
