import fc from 'fast-check';
import { expect, test } from 'vitest';
import { murmur3Hex } from './murmur3.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

test('hashes are those of the reference', () => {
  // As the Python package mmh3 gives them (hash128 with x64arch off), the first two of
  // four words.
  for (const [text, seed, hash] of [
    ['', 0, '0000000000000000'],
    ['', 1, '88c4adec54d201b9'],
    ['The quick brown fox jumps over the lazy dog', 42, 'b0c69c19b1fd95c7'],
    ['I will not buy this record, it is scratched.', 0, 'a0a9683b25ac5e40'],
    ['Süße №1 😀', 7, '6f30507e96908fd4'],
  ] as const)
    expect(murmur3Hex(bytesOf(text), seed)).toBe(hash);
});

test('any change of a byte, and any bytes more or fewer, give another hash', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), (before, at, change) => {
      const after = before.slice();
      const place = at % after.length;
      after[place] = (after[place] ?? 0) ^ change;
      expect(murmur3Hex(after)).not.toBe(murmur3Hex(before));
      expect(murmur3Hex(before.slice(0, -1))).not.toBe(murmur3Hex(before));
      expect(murmur3Hex(Uint8Array.of(...before, 0))).not.toBe(murmur3Hex(before));
    }),
  );
});
