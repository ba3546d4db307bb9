import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFilterValue } from './parameters.ts';
import { parseFilter } from './parse.ts';

describe('reading filter expressions', () => {
  it('reads every form of the grammar', () => {
    for (const text of [
      'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("purchase")',
      'INCLUDE ItemID WHERE Items.AVAILABLE IN ("True")',
      'INCLUDE ItemID WHERE Items.CATEGORY IN ($CATEGORY) AND Items.PRICE <= $MAX',
      'EXCLUDE ItemID WHERE INTERACTIONS.event_type IN ("*")',
      'include itemid where items.price >= 10.5 or items.price = -2',
      'INCLUDE ItemID WHERE Items.PRICE < CurrentItem.PRICE',
      'EXCLUDE ItemID WHERE Items.CATEGORY NOT IN ("a", "b") IF CurrentUser.PROVINCE = "North"',
      'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("purchase") | INCLUDE ItemID WHERE Items.CATEGORY IN ("x")',
      'INCLUDE UserID WHERE Users.PROVINCE IN ("North")',
      'INCLUDE ItemID WHERE Items.PRICE < CurrentItem.PRICE AND Items.GENRE IN CurrentItem.GENRE',
      'EXCLUDE ItemID WHERE Items.PRICE > ($MAX) IF CurrentUser.AGE >= 18 AND CurrentUser.PROVINCE IN ("North", $P)',
      'EXCLUDE ItemID WHERE Items.PRICE != 3 OR Items.PRICE NOT IN (1, 2)',
    ]) {
      expect(() => parseFilter(text), text).not.toThrow();
    }
  });

  it('lets AND bind closer than OR', () => {
    const [part] = parseFilter('INCLUDE ItemID WHERE Items.A = 1 AND Items.B = 2 OR Items.C = 3');
    expect(part?.anyOf.map((group) => group.map(({ field }) => field))).toEqual([['A', 'B'], ['C']]);
  });

  it('names the position of what it cannot read', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['INCLUD ItemID WHERE Items.A = 1', "Expected INCLUDE or EXCLUDE, found 'INCLUD' at position 0"],
      ['INCLUDE Item WHERE Items.A = 1', "Expected ItemID or UserID, found 'Item' at position 8"],
      ['INCLUDE ItemID WHERE Items.A IN ("a"', 'Expected ), found the end at position 36'],
      ['INCLUDE ItemID WHERE Items.A IN ("a)', 'A quoted text without its end at position 33'],
      ['INCLUDE ItemID WHERE Items.A ~ 1', "Unexpected character '~' at position 29"],
      [
        'INCLUDE ItemID WHERE Shops.A = 1',
        "Expected one of INTERACTIONS, ITEMS, found 'Shops' at position 21",
      ],
      ['INCLUDE ItemID WHERE Items.A > ($P', 'Expected ), found the end at position 34'],
      [
        'INCLUDE ItemID WHERE Items.A = 1 IF Items.B = 2',
        "Expected one of CURRENTUSER, found 'Items' at position 36",
      ],
      [
        'INCLUDE ItemID WHERE CurrentUser.A = 1',
        "Expected one of INTERACTIONS, ITEMS, found 'CurrentUser' at position 21",
      ],
      ['INCLUDE ActionID WHERE Actions.A = 1', "Expected ItemID or UserID, found 'ActionID' at position 8"],
      [
        'INCLUDE ItemID WHERE Items.A = 1 | INCLUDE UserID WHERE Users.B = 1',
        'ItemID and UserID cannot be in one filter at position 56',
      ],
      [
        'EXCLUDE ItemID WHERE Items.A = 1 OR Interactions.B IN ("x")',
        'Different datasets cannot be in one part: divide it with | at position 36',
      ],
      [
        'INCLUDE ItemID WHERE Items.A = 1 Items',
        "Expected AND, OR, IF, | or the end, found 'Items' at position 33",
      ],
    ];
    for (const [text, message] of cases) expect(() => parseFilter(text)).toThrow(message);
  });

  it('ends with an expression or an error with a position, whatever the text', () => {
    const pieces = [
      'INCLUDE ',
      'ItemID ',
      'WHERE ',
      'Items',
      '.',
      'A ',
      'IN ',
      '(',
      '"x"',
      ')',
      ' AND ',
      '|',
      '$P',
      '=',
      '3',
      '"',
      '~',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 14 }), (parts) => {
        try {
          parseFilter(parts.join(''));
        } catch (error) {
          expect(error).toMatchObject({ name: 'FilterSyntaxError', position: expect.any(Number) });
        }
      }),
    );
  });
});

describe('reading filter values', () => {
  it('reads quoted lists and bare numbers', () => {
    expect(readFilterValue('"horror","comedy"')).toEqual(['horror', 'comedy']);
    expect(readFilterValue('20')).toEqual(['20']);
    expect(readFilterValue('"a, b" , "c"')).toEqual(['a, b', 'c']);
  });

  it('refuses what is no list', () => {
    for (const text of ['', '"a', '"a" "b"', '"a",']) expect(readFilterValue(text), text).toBeNull();
  });
});
