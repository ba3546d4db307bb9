import { describe, expect, it } from 'vitest';
import { createInteractionsBuilder } from './interactions.ts';

function built(times: readonly number[]) {
  const builder = createInteractionsBuilder();
  times.forEach((time, row) => {
    builder.add(`u${row % 2}`, `i${row % 3}`, time);
  });
  return builder.finish();
}

describe('the builder', () => {
  it('numbers ids in order of appearance and grows past its first size', () => {
    const { interactions, userIds, itemIds } = built(
      Array.from({ length: 5_000 }, (_, row) => 1_700_000_000 + row),
    );
    expect(userIds).toEqual(['u0', 'u1']);
    expect(itemIds).toEqual(['i0', 'i1', 'i2']);
    expect(interactions.length).toBe(5_000);
    expect([interactions.users[4_999], interactions.items[4_999], interactions.times[4_999]]).toEqual([
      1, 1, 1_700_004_999,
    ]);
  });

  it.each([
    ['seconds', [1_700_000_000, 1_700_000_060]],
    ['order', [1, 2, 17]],
    ['none', [0, 0, 0]],
    ['none', []],
  ] as const)('takes times for %s', (kind, times) => {
    expect(built(times).interactions.timeKind).toBe(kind);
  });
});
