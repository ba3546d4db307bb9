import type { Contestant, Evaluation } from './evaluation.ts';

/** `NDCG@10 0.312 (+0.250, 95 % 0.241 … 0.259, to popularity), 1,204 customers, orders since 2026-01-04` */
export function inWords({ kind, cut_off }: Evaluation, { all }: Contestant): string {
  const since = `${kind === 'holdout' ? 'kept-back orders' : 'orders'} since ${cut_off.slice(0, 10)}`;
  const [lead, low, high] = all.over_popularity;
  return `NDCG@10 ${all.ndcg[0].toFixed(3)} (${signed(lead)} to popularity, 95 % ${signed(low)} … ${signed(high)}), ${all.customers.toLocaleString('en-US')} customers, ${since}`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}
