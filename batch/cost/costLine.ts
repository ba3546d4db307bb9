/** US dollars: what is sure to be spent, and what may be. */
export interface Usd {
  readonly low: number;
  readonly high: number;
}

export interface CostLine {
  /** Who sends the bill, or what for. */
  readonly what: string;
  readonly quantity: number;
  readonly unit: string;
  readonly usd: Usd;
  /** How long it costs nothing, e.g. `100,000 reads a day`; null: from the first one. */
  readonly freeUntil: string | null;
}

export const exactly = (usd: number): Usd => ({ low: usd, high: usd });

export function sumOf(lines: readonly { readonly usd: Usd }[]): Usd {
  return lines.reduce((sum, { usd }) => add(sum, usd), exactly(0));
}

export function add(a: Usd, b: Usd): Usd {
  return { low: a.low + b.low, high: a.high + b.high };
}

export function times({ low, high }: Usd, factor: number): Usd {
  return { low: low * factor, high: high * factor };
}

/** `$13.92–16.64`, `$0.92`, `$363`; cents no longer matter from 100 on. */
export function showUsd({ low, high }: Usd): string {
  const digits = high >= 100 ? 0 : 2;
  const [from, to] = [low.toFixed(digits), high.toFixed(digits)];
  return from === to ? `$${grouped(from)}` : `$${grouped(from)}–${grouped(to)}`;
}

function grouped(amount: string): string {
  const [whole = '', cents] = amount.split('.');
  const digits = Number(whole).toLocaleString('en-US');
  return cents === undefined ? digits : `${digits}.${cents}`;
}
