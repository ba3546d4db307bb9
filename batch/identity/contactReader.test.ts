import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ContactKind, createContactReader } from './contactReader.ts';

const KEY = 'ab'.repeat(32);
const readerOf = (phoneCountry: string | null, junk: readonly string[] = []) =>
  createContactReader({ idHashKey: KEY, phoneCountry, junk });
const hashOf = (kind: ContactKind, text: string, country: string | null = 'PK') =>
  readerOf(country).read(kind, text)?.hash ?? null;

test('one phone number is one, however it is written', () => {
  const written = [
    ...['+92 300 1234568', '0300 1234568', '00923001234568', '92 3001234568', '0300-123 45 68'],
    ...['+92 (0)300 1234568', '0300 1234568 / 0321 7654320'],
  ];
  expect(new Set(written.map((text) => hashOf('phone', text)))).toEqual(
    new Set([hashOf('phone', '+923001234568', null)]),
  );
  expect(hashOf('phone', '0300 1234569')).not.toBe(hashOf('phone', '0300 1234568'));
});

test('one e-mail address is one, however it is written; what is none is not used', () => {
  expect(hashOf('email', ' Jane.Doe@Gmail.COM ')).toBe(hashOf('email', 'jane.doe@gmail.com'));
  for (const text of ['', 'jane', 'jane@', '@gmail.com', 'a@b@gmail.com', 'jane@gmail'])
    expect(hashOf('email', text), text).toBeNull();
});

test('numbers that cannot be understood are counted, not guessed', () => {
  const reader = readerOf(null);
  for (const text of ['0300 1234568', '0300 1234568', '12', '3.00123E+11'])
    expect(reader.read('phone', text)?.junk ?? 'unreadable', text).toBe(text === '12' ? true : 'unreadable');
  expect(reader.unreadablePhones).toBe(2);
});

test('dummies are marked: built in, or listed by the shop', () => {
  const reader = readerOf('PK', ['@myshop.pk', '0300 5550199', 'counter@gmail.com']);
  const junk = (kind: ContactKind, text: string) => reader.read(kind, text)?.junk;
  for (const text of ['0000000', '1234567', '0300 0000000', '03001234567', '987-6543', '+923005550199'])
    expect(junk('phone', text), text).toBe(true);
  for (const text of [
    ...['test@gmail.com', 'NoEmail@yahoo.com', 'no-reply@x.pk', 'a@example.com', 'x@shop.invalid'],
    ...['sales@myshop.pk', 'counter@gmail.com'],
  ])
    expect(junk('email', text), text).toBe(true);
  for (const text of ['jane@gmail.com', 'test.er.smith@gmail.com', 'xyz77@gmail.com'])
    expect(junk('email', text), text).toBe(false);
  expect(junk('phone', '0300 1234568')).toBe(false);
});

test('what is kept is keyed, of its own domain, and shows nobody', () => {
  const phone = readerOf('PK').read('phone', '0300 1234568');
  expect(phone).toEqual({
    hash: expect.stringMatching(/^[0-9a-f]{32}$/),
    masked: '+923•••••68',
    junk: false,
  });
  expect(readerOf('PK').read('email', 'jane@gmail.com')?.masked).toBe('j•••@gmail.com');
  const plainKey = createHmac('sha256', Buffer.from(KEY, 'hex'));
  expect(phone?.hash).not.toBe(plainKey.update('phone\0+923001234568').digest('hex').slice(0, 32));
  const other = createContactReader({ idHashKey: 'cd'.repeat(32), phoneCountry: 'PK', junk: [] });
  expect(other.read('phone', '0300 1234568')?.hash).not.toBe(phone?.hash);
});

test('any text is read without failing, the same the second time', () => {
  const reader = readerOf('DE');
  fc.assert(
    fc.property(fc.constantFrom<ContactKind>('email', 'phone'), fc.string(), (kind, text) => {
      expect(reader.read(kind, text)).toEqual(reader.read(kind, text));
    }),
  );
});
