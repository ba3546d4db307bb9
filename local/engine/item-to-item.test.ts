import { describe, expect, it } from 'vitest';
import { bySource, type Columns, createColumns } from './columns.ts';
import { itemSizes } from './evidence.ts';
import type { Gram } from './gram.ts';
import { buildHistory } from './history.ts';
import { holdersOf } from './holders.ts';
import { createInteractionsBuilder } from './interactions.ts';
import { createPairCounter, type PairsInput } from './pairs.ts';
import { createRandom } from './random.ts';
import { prepareRelate } from './relate.ts';
import { prepareRidge } from './ridge.ts';
import { type Walk, walkScales } from './walk.ts';

const ITEMS = 12;
const USERS = 40;

/** Two baskets a user, so that some items are held in one of them and some in both. */
function randomShop() {
  const builder = createInteractionsBuilder();
  const random = createRandom(11);
  for (let item = 0; item < ITEMS; item += 1) builder.addItem(`i${item}`);
  for (let user = 0; user < USERS; user += 1) {
    for (let line = 0; line < 6; line += 1)
      builder.add(`u${user}`, `i${Math.floor(random() * ITEMS)}`, line % 2);
  }
  const history = buildHistory(builder.finish().interactions, null);
  const holds = Array.from({ length: USERS }, (_, user) => {
    const entries = Array.from(history.item.keys()).slice(history.start[user], history.start[user + 1]);
    return new Map(
      entries.map((entry) => [
        history.item[entry] as number,
        Math.sqrt((history.count[entry] as number) / 2),
      ]),
    );
  });
  return { history, holds };
}

const { history, holds } = randomShop();
const all = Array.from({ length: ITEMS }, (_, item) => item);
const evidence = { history, step: 1 };
const EXPONENTS = { user: 0.6, row: 0.7, target: 0.2 };

function pairsInput(step: number): PairsInput {
  return { history, holders: holdersOf({ history, step }, EXPONENTS.user), ridgeExponent: 0 };
}

/** Σ over users holding both of (their items)^-exponent, the slow way. */
function together(left: number, right: number, exponent: number): number {
  return holds.reduce(
    (sum, items) => sum + (items.has(left) && items.has(right) ? items.size ** -exponent : 0),
    0,
  );
}

/** The same times the target's strength. */
function walked(source: number, target: number): number {
  return holds.reduce(
    (sum, items) =>
      sum + (items.has(source) && items.has(target) ? items.size ** -0.6 * (items.get(target) ?? 0) : 0),
    0,
  );
}

describe('pairs', () => {
  it('equal brute force, without the target itself', () => {
    const counter = createPairCounter(pairsInput(1));
    for (const target of all) {
      counter.count(target);
      const { pairs } = counter;
      const found = Array.from({ length: pairs.size }, (_, at) => pairs.items[at] as number);
      const expected = all.filter((other) => other !== target && together(other, target, 0) > 0);
      expect(found.toSorted((left, right) => left - right)).toEqual(expected);
      found.forEach((other, at) => {
        expect(pairs.together[at]).toBeCloseTo(together(other, target, 0), 4);
        expect(pairs.walked[at]).toBeCloseTo(walked(other, target), 4);
      });
    }
  });

  it('are those of the asked users only', () => {
    const step = 3;
    const counter = createPairCounter(pairsInput(step));
    counter.count(5);
    const { items, together: sums, size } = counter.pairs;
    const some = holds.filter((_, user) => user % step === 0);
    for (let at = 0; at < size; at += 1) {
      const both = some.filter((held) => held.has(5) && held.has(items[at] as number)).length;
      expect(sums[at]).toBeCloseTo(both, 5);
    }
  });
});

function relate(form: 'dense' | 'sparse', widths: { readonly ridge: number; readonly walk: number }) {
  const pairs = pairsInput(1);
  const gram: Gram = {
    itemCount: ITEMS,
    dense: form === 'dense' ? new Float32Array(ITEMS * ITEMS) : null,
    sparse: form === 'sparse' ? createColumns(ITEMS, ITEMS) : null,
    diagonal: itemSizes(evidence, 0),
    nearest: createColumns(ITEMS, widths.ridge),
  };
  const walk: Walk = { ...walkScales(evidence, EXPONENTS), out: createColumns(ITEMS, widths.walk) };
  prepareRelate({ pairs, gram, walk, targets: null })(0, ITEMS);
  return { gram, walk: walk.out };
}

describe('the walk', () => {
  it('equals brute force for every pair of items', () => {
    const rows = bySource(relate('dense', { ridge: 6, walk: ITEMS }).walk);
    const holders = (item: number) => together(item, item, 0);
    const handedOut = (source: number) =>
      all
        .filter((target) => target !== source)
        .reduce((sum, target) => sum + walked(source, target) * holders(target) ** -0.2, 0);
    for (const source of all) {
      for (let at = rows.start[source] as number; at < (rows.start[source + 1] as number); at += 1) {
        const target = rows.target[at] as number;
        const expected = walked(source, target) * handedOut(source) ** -0.7 * holders(target) ** -0.2;
        expect(rows.weight[at]).toBeCloseTo(expected, 5);
      }
    }
    const pairs = all.flatMap((left) =>
      all.filter((right) => left !== right && together(left, right, 0) > 0),
    );
    expect(rows.target.length).toBe(pairs.length);
  });

  it('keeps the best of each target only', () => {
    const narrow = relate('dense', { ridge: 6, walk: 3 }).walk;
    const wide = relate('dense', { ridge: 6, walk: ITEMS }).walk;
    for (const item of all) {
      expect(narrow.sources.subarray(item * 3, item * 3 + 3)).toEqual(
        wide.sources.subarray(item * ITEMS, item * ITEMS + 3),
      );
    }
  });
});

describe('the ridge', () => {
  it('solves the normal equations of each target over its neighbours', () => {
    const width = 6;
    const { gram } = relate('dense', { ridge: width, walk: 3 });
    const out = createColumns(ITEMS, width);
    const penalty = 2;
    prepareRidge({ gram, penalty, out })(0, ITEMS);
    for (const target of all) {
      const sources = out.sources
        .subarray(target * width, (target + 1) * width)
        .filter((source) => source >= 0);
      // Residual of (G + λI) w = g, row by row.
      for (const row of sources) {
        const left = sources.reduce((sum, column, at) => {
          const weight = out.weights[target * width + at] as number;
          return sum + weight * (together(row, column, 0) + (row === column ? penalty : 0));
        }, 0);
        expect(left).toBeCloseTo(together(row, target, 0), 3);
      }
    }
  });

  it('takes four neighbours for each holder of an item, and no more', () => {
    const { gram } = relate('dense', { ridge: 6, walk: 3 });
    const out = createColumns(ITEMS, 6);
    const [one, few, many] = [0.9, 1.2, 40];
    gram.diagonal.set([one, few, many]);
    prepareRidge({ gram, penalty: 2, out })(0, 3);
    const taken = [0, 1, 2].map(
      (target) => out.sources.subarray(target * 6, target * 6 + 6).filter((source) => source >= 0).length,
    );
    expect(taken).toEqual([4, 5, 6]);
  });

  it('finds a pair that one of two sparse rows has dropped in the other', () => {
    const { gram } = relate('sparse', { ridge: 6, walk: 3 });
    const { sparse } = gram;
    if (sparse === null) throw new Error('no sparse matrix');
    const solve = () => {
      const out = createColumns(ITEMS, 6);
      prepareRidge({ gram, penalty: 2, out })(0, ITEMS);
      return out.weights;
    };
    const whole = solve();
    // Row by row, what leads to an item of a higher number goes: each pair is left once.
    for (const item of all) {
      const from = item * sparse.width;
      const kept = all.filter((at) => {
        const other = sparse.sources[from + at] as number;
        return other >= 0 && other < item;
      });
      const pairs = kept.map((at) => [sparse.sources[from + at], sparse.weights[from + at]] as const);
      sparse.sources.fill(-1, from, from + sparse.width);
      pairs.forEach(([other = -1, weight = 0], at) => {
        sparse.sources[from + at] = other;
        sparse.weights[from + at] = weight;
      });
    }
    expect(solve()).toEqual(whole);
  });

  it('is the same from the sparse and the dense Gram matrix', () => {
    const [dense, sparse] = (['dense', 'sparse'] as const).map((form): Columns => {
      const out = createColumns(ITEMS, 6);
      prepareRidge({ gram: relate(form, { ridge: 6, walk: 3 }).gram, penalty: 2, out })(0, ITEMS);
      return out;
    });
    expect(sparse?.sources).toEqual(dense?.sources);
    dense?.weights.forEach((weight, at) => {
      expect(sparse?.weights[at]).toBeCloseTo(weight, 5);
    });
  });
});
