import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Figure, formatTable, megabytes, seconds, times, writeFigures } from './table.ts';

test('a table sets names to the left and figures to the right', () => {
  const rows = [
    ['load', seconds(12.345), times(12.345, 2)],
    ['check', seconds(0.5), times(0.5, null)],
  ];
  expect(formatTable('Times', ['step', 'time', 'ratio'], rows)).toBe(
    [
      'Times',
      'step     time  ratio',
      '-----  ------  -----',
      'load   12.3 s  6.2 ×',
      'check  0.50 s',
      '',
    ].join('\n'),
  );
});

test('bytes are shown in millions', () => {
  expect(megabytes(1_550_000)).toBe('1.6 MB');
});

test('figures come back from their file as they were', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const figures: Figure[] = [
    { case: 'small', metric: 'load_time', value: 1.5, unit: 'seconds' },
    { case: 'small', metric: 'kv_bytes', value: 7, unit: 'bytes' },
  ];
  await writeFigures(join(folder, 'figures.json'), figures);
  expect(JSON.parse(await readFile(join(folder, 'figures.json'), 'utf8'))).toEqual(figures);
  await rm(folder, { recursive: true });
});
