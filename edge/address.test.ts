import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pathOf, queryOf } from './address.ts';

test('path and parameters of any request are those its URL has', () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (address) => {
      const { url } = new Request(address);
      expect(pathOf(url)).toBe(new URL(url).pathname);
      expect([...queryOf(url)]).toEqual([...new URL(url).searchParams]);
    }),
  );
});

test.each([
  'https://a',
  'https://a?x=/y',
  'https://a/b?c=d/e#f?g',
  'https://a/b#c?d/e',
  'http://[::1]:80/%2F//x/',
  'https://a/b??q=1?',
  'https://a/b?q=%C3%A9+%2B%&q=?&&=1&ü=%ff#?q=2',
])('of %s it is, too', (address) => {
  const { url } = new Request(address);
  expect(pathOf(url)).toBe(new URL(address).pathname);
  expect([...queryOf(url)]).toEqual([...new URL(address).searchParams]);
});
