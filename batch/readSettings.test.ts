import { expect, test } from 'vitest';
import { z } from 'zod';
import { readSettings } from './readSettings.ts';

const Part = z.strictObject({ path: z.string(), records: z.string().optional() });
const Schema = z.record(
  z.string(),
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('rest'), orders: Part.optional() }).extend({
      mapping: z.union([z.string(), z.strictObject({ dates: z.enum(['dmy']) }).partial()]).optional(),
    }),
    z.strictObject({ type: z.literal('files'), location: z.string() }),
  ]),
);

test('a name that does not exist is told with those that do, the most similar first', () => {
  expect(
    readSettings(
      Schema,
      {
        erp: { type: 'rest', order: {}, orders: { path: '/o', Record: 'data' }, mapping: { date: 'dmy' } },
        old: { type: 'file' },
        new: { location: '.' },
      },
      ['sources'],
    ),
  ).toEqual({
    problems: [
      'sources.erp.orders: there is no "Record"; allowed: records, path',
      'sources.erp.mapping: there is no "date"; allowed: dates',
      'sources.erp: there is no "order"; allowed: orders, type, mapping',
      'sources.old.type: there is no "file"; allowed: files, rest',
      'sources.new.type: is missing; allowed: rest, files',
    ],
  });
  expect(readSettings(Schema, { old: { type: 'files', location: '.' } })).toEqual({
    settings: { old: { type: 'files', location: '.' } },
  });
  expect(readSettings(Schema, { old: { type: 'rest', mapping: 7 } })).toMatchObject({
    problems: [expect.stringContaining('old.mapping: ')],
  });
  expect(readSettings(Schema, [])).toMatchObject({ problems: [expect.stringContaining('(whole file): ')] });
});
