import { describe, expect, it } from 'vitest';
import { buildHistory } from './history.ts';
import { createInteractionsBuilder } from './interactions.ts';
import { learnRepeats } from './repeats.ts';
import { atOnce } from './turns.ts';

const DAY = 86_400;
const START = 1_600_000_000;

/** Pillowcases are bought every 30 days, mattresses once; one item of each aisle is new. */
function beddingShop() {
  const builder = createInteractionsBuilder();
  for (let user = 0; user < 200; user += 1) {
    builder.add(`u${user}`, `mattress${user % 4}`, START);
    for (let time = 0; time < 3; time += 1) {
      builder.add(`u${user}`, `pillowcase${user % 4}`, START + time * 30 * DAY);
    }
  }
  for (const item of ['new mattress', 'new pillowcase', 'oddment']) builder.addItem(item);
  const { interactions, itemIds } = builder.finish();
  const categories = itemIds.map((id) => {
    if (id === 'oddment') return null;
    return ['bedroom', id.includes('mattress') ? 'mattresses' : 'pillowcases'];
  });
  const repeats = atOnce(learnRepeats(buildHistory(interactions, null), true, categories));
  return (id: string) => {
    const item = itemIds.indexOf(id);
    return { rate: repeats.rate[item] as number, interval: repeats.interval[item] as number };
  };
}

describe('repeat purchases', () => {
  const of = beddingShop();

  it('are learnt by item', () => {
    expect(of('mattress1').rate).toBeLessThan(0.05);
    expect(of('pillowcase1').rate).toBeGreaterThan(0.6);
    expect(of('pillowcase1').interval).toBeCloseTo(30, 0);
  });

  it('are those of its aisle for an item nobody bought yet', () => {
    expect(of('new mattress').rate).toBeLessThan(0.1);
    expect(of('new pillowcase').rate).toBeGreaterThan(0.6);
    expect(of('new pillowcase').interval).toBeCloseTo(30, 0);
  });

  it("are the shop's for an item without a category", () => {
    expect(of('oddment').rate).toBeGreaterThan(of('new mattress').rate);
    expect(of('oddment').rate).toBeLessThan(of('new pillowcase').rate);
  });
});
