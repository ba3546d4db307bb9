import { describe, expect, it } from 'vitest';
import { bySource, createColumns } from './columns.ts';
import { userScales } from './cooccurrence.ts';
import { prepareGram } from './gram.ts';
import { buildHistory, holdersOf } from './history.ts';
import { createInteractionsBuilder } from './interactions.ts';
import { createRandom } from './random.ts';
import { prepareRidge } from './ridge.ts';
import { itemScales, itemSizes, prepareWalk } from './walk.ts';

const ITEMS = 12;
const USERS = 40;

function randomShop() {
  const builder = createInteractionsBuilder();
  const random = createRandom(11);
  for (let item = 0; item < ITEMS; item += 1) builder.addItem(`i${item}`);
  for (let user = 0; user < USERS; user += 1) {
    for (let line = 0; line < 5; line += 1) builder.add(`u${user}`, `i${Math.floor(random() * ITEMS)}`, 0);
  }
  const history = buildHistory(builder.finish().interactions, null);
  const holders = holdersOf(history);
  const holds = Array.from(
    { length: USERS },
    (_, user) => new Set(history.item.subarray(history.start[user], history.start[user + 1])),
  );
  return { history, holders, holds };
}

const { history, holders, holds } = randomShop();
const scaled = (exponent: number) => ({
  history,
  holders,
  userScale: userScales(history, exponent, new Float32Array(USERS)),
  byFrequency: false,
});

/** Σ over users holding both of (their items)^-exponent, the slow way. */
function together(left: number, right: number, exponent: number): number {
  return holds.reduce(
    (sum, items) => sum + (items.has(left) && items.has(right) ? items.size ** -exponent : 0),
    0,
  );
}

describe('the walk', () => {
  it('equals brute force for every pair of items', () => {
    const input = scaled(0.6);
    const sizes = itemSizes(input, new Float32Array(ITEMS));
    const out = createColumns(ITEMS, ITEMS);
    const sourceScale = itemScales(sizes, 0.7, new Float32Array(ITEMS));
    const targetScale = itemScales(sizes, 0.2, new Float32Array(ITEMS));
    prepareWalk({ ...input, power: 1.5, sourceScale, targetScale, out })(0, ITEMS);
    const rows = bySource(out);
    for (let source = 0; source < ITEMS; source += 1) {
      for (let at = rows.start[source] as number; at < (rows.start[source + 1] as number); at += 1) {
        const target = rows.target[at] as number;
        const expected =
          together(source, target, 0.6) ** 1.5 *
          together(source, source, 0.6) ** -0.7 *
          together(target, target, 0.6) ** -0.2;
        expect(rows.weight[at]).toBeCloseTo(expected, 5);
      }
    }
    const pairs = Array.from(
      { length: ITEMS * ITEMS },
      (_, pair) => [Math.floor(pair / ITEMS), pair % ITEMS] as const,
    );
    expect(rows.target.length).toBe(
      pairs.filter(([left, right]) => left !== right && together(left, right, 0) > 0).length,
    );
  });

  it('keeps the best of each target only', () => {
    const narrow = createColumns(ITEMS, 3);
    const wide = createColumns(ITEMS, ITEMS);
    const scales = {
      sourceScale: new Float32Array(ITEMS).fill(1),
      targetScale: new Float32Array(ITEMS).fill(1),
    };
    for (const out of [narrow, wide]) prepareWalk({ ...scaled(0), ...scales, power: 1, out })(0, ITEMS);
    for (let item = 0; item < ITEMS; item += 1) {
      expect(narrow.sources.subarray(item * 3, item * 3 + 3)).toEqual(
        wide.sources.subarray(item * ITEMS, item * ITEMS + 3),
      );
    }
  });
});

function gramOf(form: 'dense' | 'sparse', width: number) {
  const input = scaled(0);
  const gram = {
    itemCount: ITEMS,
    dense: form === 'dense' ? new Float32Array(ITEMS * ITEMS) : null,
    sparse: form === 'sparse' ? createColumns(ITEMS, ITEMS) : null,
    diagonal: itemSizes(input, new Float32Array(ITEMS)),
    nearest: createColumns(ITEMS, width),
  };
  prepareGram({ ...input, gram })(0, ITEMS);
  return gram;
}

describe('the ridge', () => {
  it('solves the normal equations of each target over its neighbours', () => {
    const width = 6;
    const gram = gramOf('dense', width);
    const out = createColumns(ITEMS, width);
    const penalty = 2;
    prepareRidge({ gram, penalty, out })(0, ITEMS);
    for (let target = 0; target < ITEMS; target += 1) {
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

  it('is the same from the sparse and the dense Gram matrix', () => {
    const outs = (['dense', 'sparse'] as const).map((form) => {
      const out = createColumns(ITEMS, 6);
      prepareRidge({ gram: gramOf(form, 6), penalty: 2, out })(0, ITEMS);
      return out;
    });
    const [dense, sparse] = outs;
    expect(sparse?.sources).toEqual(dense?.sources);
    dense?.weights.forEach((weight, at) => {
      expect(sparse?.weights[at]).toBeCloseTo(weight, 5);
    });
  });
});
