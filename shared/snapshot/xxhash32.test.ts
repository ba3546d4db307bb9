import { expect, test } from 'vitest';
import { xxhash32 } from './xxhash32.ts';

const encode = (text: string) => new TextEncoder().encode(text);

test('agrees with the published check values', () => {
  expect(xxhash32(encode(''))).toBe(0x02cc5d05);
  expect(xxhash32(encode('a'))).toBe(0x550d7456);
  expect(xxhash32(encode('abc'))).toBe(0x32d153ff);
  expect(xxhash32(encode('Nobody inspects the spammish repetition'))).toBe(0xe2293b2f);
});

test('every single flipped bit changes the hash', () => {
  const bytes = Uint8Array.from({ length: 67 }, (_, i) => (i * 37) & 255);
  const before = xxhash32(bytes);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = bytes.slice();
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(xxhash32(flipped)).not.toBe(before);
  }
});
