import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openHome, rememberPorts } from './home.ts';

test('two commands started together keep the ports of both', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'home-'));
  const [first, second] = [await openHome(folder), await openHome(folder)];
  await rememberPorts(first, { postgres: 1, neon: 2 });
  await rememberPorts(second, { s3: 3, personalize: 4 });
  expect((await openHome(folder)).ports).toEqual({ postgres: 1, neon: 2, s3: 3, personalize: 4 });
  await rm(folder, { recursive: true });
});
