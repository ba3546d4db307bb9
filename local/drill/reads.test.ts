import { expect, test } from 'vitest';
import { findFreePort } from '../freePort.ts';
import { readsOf } from './reads.ts';

test('a Worker that does not run is named, with what to do', async () => {
  const url = `http://127.0.0.1:${await findFreePort()}`;
  await expect(readsOf({ url, user: 'u' })).rejects.toMatchObject({
    name: 'LocalError',
    message: `Nothing answers at ${url}.`,
    remedy: 'Start it with npm start, or give --url.',
  });
});
