import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeEnvFile } from './envFile.ts';

test('what is written is what Node reads, whatever the characters, and only the owner can read it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'env-'));
  const file = join(folder, 'env');
  const variables = {
    URL: 'postgres://a:b#c@127.0.0.1:1/x?y="z"',
    KEY: "it's $HOME",
    EMPTY: '',
    PATHISH: 'a\\nb',
  };
  await writeEnvFile(file, variables, ['for people']);
  const script = `console.log(JSON.stringify(Object.fromEntries(${JSON.stringify(Object.keys(variables))}.map((n) => [n, process.env[n]]))))`;
  const answer = spawnSync(process.execPath, ['--env-file', file, '-e', script], {
    encoding: 'utf8',
    env: {},
  });
  expect(JSON.parse(answer.stdout)).toEqual(variables);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await expect(writeEnvFile(file, { LINES: 'a\nb' })).rejects.toMatchObject({ code: 'bad-option' });
  await rm(folder, { recursive: true });
});
