import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSourcesFile } from './sourcesFile.ts';

test('sources that name each other as having the same customer ids all use those of one, whichever is read first', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'sources-file-')), 'sources.json');
  const named = { till: 'web', web: 'erp', erp: null, a: 'b', b: 'c', c: 'b', other: 'ingested' };
  const sources = Object.entries(named).map(([name, same_customer_ids_as]) => [
    name,
    { type: 'files', location: '.', orders: { files: '*.csv' }, same_customer_ids_as },
  ]);
  writeFileSync(file, JSON.stringify({ sources: Object.fromEntries(sources) }));
  const read = readSourcesFile(file, () => undefined);
  expect(Object.fromEntries(read.map(({ name, sharing }) => [name, sharing.customersOf]))).toEqual({
    ...{ till: 'erp', web: 'erp', erp: null },
    ...{ a: 'b', b: 'b', c: 'b', other: 'ingested' },
  });
});
