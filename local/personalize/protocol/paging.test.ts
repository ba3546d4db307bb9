import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { page } from './paging.ts';

describe('pages', () => {
  it('give every row once, in order, whatever their size', () => {
    fc.assert(
      fc.property(fc.nat({ max: 60 }), fc.integer({ min: 1, max: 20 }), (count, maxResults) => {
        const rows = Array.from({ length: count }, (_, n) => ({ sequence: n * 3 }));
        const seen: number[] = [];
        let nextToken: string | undefined;
        do {
          const one = page(rows, { maxResults, nextToken });
          seen.push(...one.rows.map(({ sequence }) => sequence));
          nextToken = one.nextToken;
        } while (nextToken !== undefined);
        expect(seen).toEqual(rows.map(({ sequence }) => sequence));
      }),
    );
  });

  it('refuse a token that is none of theirs', () => {
    expect(() => page([], { nextToken: 'abc' })).toThrow('The nextToken is not valid.');
  });
});
