import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHmac64 } from './hmacSha256.ts';

test('the first 64 bits are those of any other HMAC-SHA-256, for texts of every length', () => {
  const key = fc.uint8Array({ maxLength: 64 });
  const text = fc.string({ unit: 'grapheme', maxLength: 300 });
  fc.assert(
    fc.property(key, fc.array(text, { minLength: 1, maxLength: 4 }), (secret, texts) => {
      const hash = createHmac64(secret);
      for (const one of texts) {
        const { high, low } = hash(one);
        const digest = createHmac('sha256', secret).update(one).digest();
        expect([high, low]).toEqual([digest.readInt32BE(0), digest.readInt32BE(4)]);
      }
    }),
  );
  const hash = createHmac64(Uint8Array.of(1));
  for (let length = 0; length < 200; length++)
    expect(hash('x'.repeat(length)).high).toBe(
      createHmac('sha256', Uint8Array.of(1)).update('x'.repeat(length)).digest().readInt32BE(0),
    );
});

test('a key longer than a block is refused', () => {
  expect(() => createHmac64(new Uint8Array(65))).toThrow(RangeError);
});
