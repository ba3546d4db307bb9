import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pathOf } from './pathOf.ts';

test('the path of any request is the one its URL has', () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (address) => {
      const { url } = new Request(address);
      expect(pathOf(url)).toBe(new URL(url).pathname);
    }),
  );
});

test.each([
  'https://a',
  'https://a?x=/y',
  'https://a/b?c=d/e#f?g',
  'https://a/b#c?d/e',
  'http://[::1]:80/%2F//x/',
])('of %s it is, too', (address) => {
  const { url } = new Request(address);
  expect(pathOf(url)).toBe(new URL(address).pathname);
});
