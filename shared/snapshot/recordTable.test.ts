import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CorruptPartError, FORMAT_VERSION, framePart, openPart } from './frame.ts';
import { compareKeys, type Key64, keyFromBigInt, keyOfNumber, keyOfText, keyToBigInt } from './key64.ts';
import { encodeRecordTable, findRecord, openRecordTable } from './recordTable.ts';

const key: fc.Arbitrary<Key64> = fc.oneof(
  fc.record({ high: fc.integer(), low: fc.nat({ max: 0xffffffff }) }),
  // Small halves make neighbours and equal upper halves likely.
  fc.record({ high: fc.integer({ min: -2, max: 2 }), low: fc.nat({ max: 3 }) }),
);
const table = fc.integer({ min: 1, max: 12 }).chain((recordBytes) =>
  fc.record({
    recordBytes: fc.constant(recordBytes),
    entries: fc
      .uniqueArray(
        fc.record({ key, record: fc.uint8Array({ minLength: recordBytes, maxLength: recordBytes }) }),
        { selector: (entry) => keyToBigInt(entry.key), maxLength: 60 },
      )
      .map((entries) => entries.sort((a, b) => compareKeys(a.key, b.key))),
  }),
);

function encode({
  entries,
  recordBytes,
}: {
  entries: { key: Key64; record: Uint8Array }[];
  recordBytes: number;
}) {
  return encodeRecordTable(
    entries.map((entry) => entry.key),
    entries.map((entry) => entry.record),
    recordBytes,
  );
}

describe('a record table', () => {
  test('finds what a Map finds, and nothing else', () => {
    fc.assert(
      fc.property(table, fc.array(key, { maxLength: 30 }), (made, others) => {
        const opened = openRecordTable(encode(made));
        const map = new Map(made.entries.map((entry) => [keyToBigInt(entry.key), entry.record]));
        expect(opened.count).toBe(map.size);
        for (const asked of [...made.entries.map((entry) => entry.key), ...others]) {
          expect(findRecord(opened, asked)).toEqual(map.get(keyToBigInt(asked)) ?? null);
        }
      }),
    );
  });

  test('is readable wherever in a buffer it lies', () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 0, max: 7 }), (made, shift) => {
        const part = encode(made);
        const moved = new Uint8Array(part.byteLength + shift);
        moved.set(part, shift);
        const opened = openRecordTable(moved.subarray(shift));
        for (const entry of made.entries) expect(findRecord(opened, entry.key)).toEqual(entry.record);
      }),
    );
  });

  test('refuses keys out of order, doubled keys and records of another width', () => {
    const one = keyOfNumber(1);
    const two = keyOfNumber(2);
    const byte = Uint8Array.of(7);
    expect(() => encodeRecordTable([two, one], [byte, byte], 1)).toThrow('ascend');
    expect(() => encodeRecordTable([one, one], [byte, byte], 1)).toThrow('ascend');
    expect(() => encodeRecordTable([one], [byte], 2)).toThrow('1 bytes instead of 2');
  });
});

describe('a damaged part', () => {
  test('is told by any changed byte', () => {
    fc.assert(
      fc.property(table, fc.nat(), fc.integer({ min: 1, max: 255 }), (made, where, change) => {
        const part = encode(made);
        const at = where % part.byteLength;
        // Two bytes of the frame are spare.
        fc.pre(at !== 6 && at !== 7);
        part[at] = (part[at] as number) ^ change;
        expect(() => openRecordTable(part)).toThrow(CorruptPartError);
      }),
    );
  });

  test('is told when it is cut off or goes on', () => {
    fc.assert(
      fc.property(table, fc.nat(), (made, length) => {
        const part = encode(made);
        expect(() => openRecordTable(part.slice(0, length % part.byteLength))).toThrow(CorruptPartError);
        const longer = new Uint8Array(part.byteLength + 1);
        longer.set(part);
        expect(() => openRecordTable(longer)).toThrow(CorruptPartError);
      }),
    );
  });

  test('of another kind or a format of the future is not read', () => {
    const part = framePart('document', Uint8Array.of(1, 2, 3));
    expect(openPart('document', part)).toEqual(Uint8Array.of(1, 2, 3));
    expect(() => openPart('catalogue', part)).toThrow('not a catalogue');
    part[4] = FORMAT_VERSION + 1;
    expect(() => openPart('document', part)).toThrow('not readable here');
  });

  test('with a table head that lies about its size is not read', () => {
    const payload = new Uint8Array(16);
    new DataView(payload.buffer).setUint32(0, 0xffffffff, true);
    expect(() => openRecordTable(framePart('record_table', payload))).toThrow(CorruptPartError);
    expect(() => openRecordTable(framePart('record_table', new Uint8Array(3)))).toThrow(CorruptPartError);
  });
});

describe('a 64-bit key', () => {
  test('orders as Postgres orders bigint and survives the way there and back', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        expect(keyFromBigInt(keyToBigInt(a))).toEqual(a);
        const order = keyToBigInt(a) < keyToBigInt(b) ? -1 : keyToBigInt(a) > keyToBigInt(b) ? 1 : 0;
        expect(Math.sign(compareKeys(a, b))).toBe(order);
      }),
    );
  });

  test('of a number is that number', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 24 }), (n) => {
        expect(keyToBigInt(keyOfNumber(n))).toBe(BigInt(n));
      }),
    );
  });

  test('of two texts differ', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        fc.pre(a !== b);
        expect(keyToBigInt(keyOfText(a))).not.toBe(keyToBigInt(keyOfText(b)));
      }),
    );
  });
});
