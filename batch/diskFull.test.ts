import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { createTestDatabase } from '../local/testing/database.ts';

const folder = mkdtempSync(join(tmpdir(), 'disk-full-'));

test('an answer that could not be written out does not end as if it had been', async () => {
  const database = await createTestDatabase();
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, [inject('batchProgram'), 'runs'], {
    env: { DATABASE_URL: database.url },
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(full);
  await database.drop();
  expect(status).toBe(1);
  expect(stderr).toMatch(/no space left.*\[output_lost\].*what to do/s);
});

/** A limit on the size of files cuts a write short as a full disk does, and refuses the next. */
function writing(program: string): string {
  const script = 'ulimit -f 8; exec "$0" --no-warnings --import tsx --input-type=module -e "$1"';
  const { stdout, stderr } = spawnSync('sh', ['-c', script, process.execPath, program], { encoding: 'utf8' });
  return stdout + stderr;
}

test('a rejects file that the disk has no room for is not taken for a whole one', () => {
  const path = join(folder, 'rejects.csv');
  const said = writing(`
    import { openRejects } from ${JSON.stringify(join(import.meta.dirname, 'ingest/rejects.ts'))};
    const file = await openRejects(${JSON.stringify(path)});
    for (let line = 1; line <= 2000; line++) file.add({ file: 'a.csv', line, reason: 'missing_order_id', cells: ['a', 'b'] });
    await file.close().then(() => console.log('written'), ({ code, remedy }) => console.log(code, remedy));
  `);
  expect(said).toMatch(/^rejects_unwritable .*--rejects/);
  expect(readdirSync(folder)).toEqual([]);
});

test('a list for e-mails that the disk has no room for names the file, and leaves nothing', () => {
  const path = join(folder, 'emails.csv');
  const said = writing(`
    import { Readable } from 'node:stream';
    import { writeEmailFile } from ${JSON.stringify(join(import.meta.dirname, 'emails/writeEmails.ts'))};
    await writeEmailFile(${JSON.stringify(path)}, Readable.from(['x'.repeat(100_000)]))
      .then(() => console.log('written'), ({ code, message }) => console.log(code, message));
  `);
  expect(said).toMatch(/^file_unwritable .*emails\.csv cannot be written/);
  expect(readdirSync(folder)).toEqual([]);
});
