import { TARGET } from '../../local/sample-shop/request.ts';

/** A shop to train and infer everything for, and what must be reached on two cores. */
export interface EngineCase {
  readonly name: string;
  readonly users: number;
  readonly items: number;
  /** Lines that count: of customers, not cancelled or returned. Default: what the generator gives. */
  readonly lines?: number;
  readonly weights: 'learn' | 'known';
  /** Whether the table of kernels is of this case. */
  readonly kernels: boolean;
  readonly most: { readonly seconds: number; readonly bytes: number | null };
  /** The case whose fitted model this one takes its weights from. */
  readonly needs?: (wanted: EngineCase) => string | null;
}

const fit: EngineCase = {
  name: 'fit',
  ...TARGET,
  weights: 'learn',
  kernels: false,
  most: { seconds: 20, bytes: 500e6 },
  needs: (wanted) => (wanted.name === 'known' ? 'fit' : null),
};

/** In this order: the second takes the weights that the first learnt. */
export const CASES: readonly EngineCase[] = [
  fit,
  { name: 'known', ...TARGET, weights: 'known', kernels: true, most: { seconds: 12, bytes: 500e6 } },
  {
    name: 'ten times the users',
    users: 10 * TARGET.users,
    items: TARGET.items,
    weights: 'learn',
    kernels: false,
    most: { seconds: 120, bytes: 1e9 },
  },
  {
    name: 'ten times the items',
    users: TARGET.users,
    items: 10 * TARGET.items,
    weights: 'learn',
    kernels: false,
    most: { seconds: 30, bytes: null },
  },
];

/** What the generator is asked for: more lines than count, since some have no customer or are cancelled. */
export function sizeOf(one: EngineCase, scale: number): { users: number; items: number; lines?: number } {
  const users = Math.round(one.users * scale);
  if (one.lines === undefined) return { users, items: one.items };
  return { users, items: one.items, lines: Math.round(one.lines * scale * 1.06) };
}
