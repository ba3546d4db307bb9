import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CorruptPartError } from '../snapshot/frame.ts';
import { type AvailabilityDocument, encodeAvailability, openAvailability } from './availability.ts';
import { encodeRecent, openRecent, RECENT_ITEMS } from './recent.ts';

const key = fc.record({ high: fc.integer(), low: fc.nat({ max: 0xffffffff }) });
const nameOf = ({ high, low }: { high: number; low: number }) => `${high}/${low}`;

describe('the recent orders', () => {
  test('come back as written, the latest of each customer, and nothing for others', () => {
    const customers = fc.uniqueArray(
      fc.record({ key, items: fc.array(fc.integer({ min: 1, max: 2 ** 24 - 1 }), { maxLength: 24 }) }),
      { selector: (customer) => nameOf(customer.key), maxLength: 40 },
    );
    const head = fc.record({ version: fc.nat(), asOf: fc.nat({ max: 4e12 }) });
    fc.assert(
      fc.property(head, customers, key, (written, all, other) => {
        const opened = openRecent(encodeRecent(written, all));
        expect([opened.version, opened.asOf, opened.customers]).toEqual([
          written.version,
          written.asOf,
          all.length,
        ]);
        for (const customer of all)
          expect(opened.itemsOf(customer.key)).toEqual(customer.items.slice(0, RECENT_ITEMS));
        if (!all.some((customer) => nameOf(customer.key) === nameOf(other)))
          expect(opened.itemsOf(other)).toEqual([]);
      }),
    );
  });

  test('that are damaged anywhere are refused', () => {
    const whole = encodeRecent({ version: 7, asOf: 1 }, [{ key: { high: 1, low: 2 }, items: [3, 4] }]);
    fc.assert(
      fc.property(fc.nat({ max: whole.byteLength - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        // The two zero bytes of the frame's head mean nothing.
        if (at === 6 || at === 7) return;
        const damaged = whole.slice();
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        expect(() => openRecent(damaged)).toThrow(CorruptPartError);
      }),
    );
    expect(() => openRecent(whole.subarray(0, 20))).toThrow(CorruptPartError);
  });
});

describe('the availability', () => {
  test('comes back as written', () => {
    const change = fc.tuple(
      fc.integer({ min: 1, max: 2 ** 24 - 1 }),
      fc.constantFrom<0 | 1>(0, 1),
      fc.option(fc.double({ min: 0, max: 1e9, noNaN: true, noDefaultInfinity: true })),
    );
    const changes = fc.uniqueArray(change, { selector: ([item]) => item, maxLength: 50 });
    fc.assert(
      fc.property(fc.nat(), changes, (version, written) => {
        const document: AvailabilityDocument = {
          format: 1,
          version,
          as_of: '2026-01-01T00:00:00Z',
          changes: written.map(([item, available, price]) => [item, available, price === 0 ? 0 : price]),
        };
        const opened = openAvailability(encodeAvailability(document));
        expect(opened.version).toBe(version);
        expect([...opened.changes]).toEqual(
          document.changes.map(([item, available, price]) => [item, { available: available === 1, price }]),
        );
      }),
    );
  });

  test('of another shape is refused', () => {
    const other = encodeAvailability(JSON.parse('{"format":2,"version":1,"as_of":"x","changes":[]}'));
    expect(() => openAvailability(other)).toThrow();
  });
});
