import { describe, expect, test } from 'vitest';
import { judgeFormat } from './formatCheck.ts';
import { judgeSnapshot, type SnapshotFacts } from './gateChecks.ts';

const limits = {
  customerCoverage: 0.9,
  productCoverage: 0.9,
  unknown: 0.01,
  soldOut: 0.1,
  shrink: 0.1,
  overlap: 0.1,
};
const counts = {
  customers: 1000,
  customers_trainable: 990,
  products: 400,
  customer_coverage: 0.98,
  product_coverage: 0.97,
  possible_product_coverage: 1,
};
const lists = {
  count: 1800,
  withUnknown: 0,
  withSoldOut: 0,
  compared: 950,
  ownOverlap: 0.7,
  otherOverlap: 0.1,
  sameKeys: 1,
};
const live = { snapshot_id: 3, engine: 'embedded', counts } as const;
const sound: SnapshotFacts = { counts, sellable: 380, engine: 'embedded', lists, live };

/** Checks that do not pass, with their verdicts. */
function findings(facts: SnapshotFacts): Record<string, string> {
  const bad = judgeSnapshot(facts, limits).filter(({ verdict }) => verdict !== 'pass');
  for (const { remedy } of bad) expect(remedy).not.toBe('');
  return Object.fromEntries(bad.map(({ check, verdict }) => [check, verdict]));
}

describe('the gate', () => {
  test('lets a sound snapshot pass, also the first one', () => {
    expect(findings(sound)).toEqual({});
    expect(findings({ ...sound, live: null })).toEqual({});
  });

  test('holds what covers too few customers or products', () => {
    expect(findings({ ...sound, counts: { ...counts, customer_coverage: 0.89 } })).toEqual({
      customer_coverage: 'hold',
    });
    expect(findings({ ...sound, counts: { ...counts, product_coverage: 0.5 } })).toEqual({
      product_coverage: 'hold',
    });
  });

  test('asks of products only what the orders allow', () => {
    const sparse = { ...counts, product_coverage: 0.28, possible_product_coverage: 0.3 };
    expect(findings({ ...sound, counts: sparse, live: { ...live, counts: sparse } })).toEqual({});
    expect(findings({ ...sound, counts: { ...sparse, product_coverage: 0.2 } })).toEqual({
      product_coverage: 'hold',
    });
  });

  test('warns only where a shop is too small to cover anybody', () => {
    expect(findings({ ...sound, sellable: 9, counts: { ...counts, customer_coverage: 0 } })).toEqual({
      customer_coverage: 'warn',
    });
  });

  test('holds what was made with another ID_HASH_KEY than the live snapshot', () => {
    expect(findings({ ...sound, lists: { ...lists, sameKeys: 0.97 } })).toEqual({});
    expect(findings({ ...sound, lists: { ...lists, sameKeys: 0 } })).toEqual({ customer_keys: 'hold' });
  });

  test('holds lists of products that cannot be shown', () => {
    expect(findings({ ...sound, lists: { ...lists, withUnknown: 0.02, withSoldOut: 0.11 } })).toEqual({
      unknown_products: 'hold',
      sold_out_products: 'hold',
    });
  });

  test('holds a snapshot that lost customers or products, unless there were few', () => {
    expect(findings({ ...sound, counts: { ...counts, customers: 899, products: 300 } })).toEqual({
      customers_count: 'hold',
      products_count: 'hold',
    });
    const few = { ...live, counts: { ...counts, customers: 40 } };
    expect(findings({ ...sound, live: few, counts: { ...counts, customers: 20 } })).toEqual({
      customers_count: 'warn',
    });
  });

  test('holds lists that have nothing in common with the live ones, but lets another engine rank otherwise', () => {
    const strange = { ...lists, ownOverlap: 0.09, otherOverlap: 0.01 };
    expect(findings({ ...sound, lists: strange })).toEqual({ overlap: 'hold' });
    expect(findings({ ...sound, lists: strange, engine: 'aws' })).toEqual({ overlap: 'warn' });
    expect(findings({ ...sound, lists: { ...strange, compared: 49 } })).toEqual({});
  });

  test('holds lists that stand under the wrong customers, from whatever engine', () => {
    const mixed = { ...lists, ownOverlap: 0.31, otherOverlap: 0.31 };
    expect(findings({ ...sound, lists: mixed })).toEqual({ overlap: 'hold' });
    expect(findings({ ...sound, lists: mixed, engine: 'aws' })).toEqual({ overlap: 'hold' });
    // Where everybody gets the same, nothing can be told apart.
    expect(findings({ ...sound, lists: { ...lists, ownOverlap: 0.95, otherOverlap: 0.95 } })).toEqual({});
  });
});

describe('the format', () => {
  const unknown = { formats: null, problem: 'EDGE_URL is not set: the Worker was not asked' };

  test('must be one the deployed Worker reads', () => {
    expect(judgeFormat({ formats: [1, 2], problem: null }, 1, 2).verdict).toBe('pass');
    expect(judgeFormat({ formats: [1], problem: null }, 1, 2)).toMatchObject({
      verdict: 'hold',
      remedy: expect.stringContaining('npm run deploy'),
    });
  });

  test('must be the live one when the Worker cannot be asked; the first snapshot passes', () => {
    expect(judgeFormat(unknown, 1, 1)).toMatchObject({
      verdict: 'pass',
      found: expect.stringContaining('EDGE_URL is not set'),
    });
    expect(judgeFormat(unknown, 1, 2).verdict).toBe('hold');
    expect(judgeFormat(unknown, null, 2).verdict).toBe('pass');
  });
});
