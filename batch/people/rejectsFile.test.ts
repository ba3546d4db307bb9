import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { removeFromRejects } from './rejectsFile.ts';

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rejects-'));
  path = join(folder, 'rejects.csv');
});
afterAll(() => rm(folder, { recursive: true }));

const HEADER = 'file,line,reason,row\n';
const OTHER = 'orders.csv,3,no order id,",c71,Lahore"\n';

test('rows that name a customer go whole, however many lines they take; others stay', async () => {
  const theirs = 'orders.csv,2,no product id,"1,c7,""12 Canal Road\nLahore"""\n';
  await writeFile(path, HEADER + theirs + OTHER);
  expect(await removeFromRejects(path, ['c7', 'web-7'])).toBe(1);
  expect(await readFile(path, 'utf8')).toBe(HEADER + OTHER);
});

test('a file that names nobody of them is left alone, and no copy of it stays', async () => {
  await writeFile(path, HEADER + OTHER);
  const before = await stat(path);
  expect(await removeFromRejects(path, ['c7'])).toBe(0);
  expect((await stat(path)).ino).toBe(before.ino);
  await writeFile(path, Buffer.from([0xff, 0xfe, 0x0a]));
  await expect(removeFromRejects(path, ['c7'])).rejects.toThrow();
  expect(await readdir(folder)).toEqual(['rejects.csv']);
  expect(await removeFromRejects(join(folder, 'none.csv'), ['c7'])).toBeNull();
});
