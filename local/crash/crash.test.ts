import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { startTestClouds, type TestClouds } from '../testing/clouds.ts';
import { insertSmallShop } from '../testing/smallShop.ts';
import { crashRun } from './crashRun.ts';
import { expectedRemains, readRemains } from './verify.ts';

const CUSTOMERS = 40;
let clouds: TestClouds;
let client: pg.Client;
beforeEach(async () => {
  clouds = await startTestClouds();
  client = new pg.Client({ connectionString: clouds.databaseUrl });
  await client.connect();
  await insertSmallShop(client, { customers: CUSTOMERS, products: 30 });
});
afterEach(async () => {
  await client.end();
  await clouds.stop();
});

describe('a run that is killed again and again', { timeout: 600_000 }, () => {
  test('makes every job and row once, and readers never notice (npm run crash kills it at every point)', async () => {
    const outcome = await crashRun({
      clouds,
      program: inject('batchProgram'),
      every: 37,
      most: 12,
      log: () => undefined,
      meanwhile: async () => {
        await client.query(`UPDATE products SET available = false WHERE item_number % 5 = 0`);
      },
    });
    expect(outcome.points.length).toBeGreaterThan(5);
    expect(await readRemains(clouds)).toEqual(expectedRemains(CUSTOMERS));
    expect(outcome.snapshots).toEqual([1, 2]);
    expect(outcome.looks).toBeGreaterThan(3);
  });
});
