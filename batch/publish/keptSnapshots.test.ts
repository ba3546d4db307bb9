import { afterAll, beforeAll, expect, test } from 'vitest';
import { fillPostgres } from '../../edge/testing/samplePostgres.ts';
import { makeSnapshot } from '../../edge/testing/sampleSnapshot.ts';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { createPool, inTransaction } from '../db/pool.ts';
import { readBundledRules } from '../defaults/readBundledRules.ts';
import { readKeptSnapshots } from './keptSnapshots.ts';

let database: TestDatabase;
let pool: ReturnType<typeof createPool>;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url);
  await fillPostgres(database.url, [await makeSnapshot(1), await makeSnapshot(2), await makeSnapshot(3)], 3);
  await pool.query('UPDATE live_pointer SET previous_snapshot_id = 2');
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function kept() {
  const found = await inTransaction(pool, readKeptSnapshots);
  return [found?.inPostgres, found?.manifests.map((manifest) => manifest.snapshot_id)];
}

test('a snapshot that an operator gave up is not kept, the live one always is', async () => {
  expect(await kept()).toEqual([expect.arrayContaining([2, 3]), expect.arrayContaining([1, 2, 3])]);
  const marked = await pool.query(`SELECT mark_purge('tester', 'operator', 2) AS result`);
  expect(marked.rows).toEqual([{ result: { outcome: 'marked' } }]);
  expect(await kept()).toEqual([[3], [3, 1]]);
  expect((await pool.query(`SELECT mark_purge('tester', 'operator', 3) AS result`)).rows).toEqual([
    { result: { outcome: 'live' } },
  ]);
  await pool.query('UPDATE snapshots SET purge_requested_at = now() WHERE snapshot_id = 3');
  expect(await kept()).toEqual([[3], [3, 1]]);
});

test('what is bundled for the worst day holds the rules, those that hide first, and no drill', async () => {
  const applied = {
    category: null,
    amount: 1,
    placements: null,
    in_category: null,
    province: null,
    from: null,
    until: null,
  };
  for (const [i, effect] of ['boost', 'hide'].entries())
    await pool.query(`SELECT change_rule('tester', 'operator', $1, $2, $3, $4, true)`, [
      i,
      effect,
      { effect, target: { products: ['P-3'] } },
      { ...applied, effect },
    ]);
  await pool.query(`SELECT change_drill('tester', 'operator', '{"pointer":"error"}', 60)`);
  const rules = await inTransaction(pool, readBundledRules, 'READ ONLY');
  expect(rules.rules.map(({ effect, items }) => [effect, items])).toEqual([
    ['hide', [3]],
    ['boost', [3]],
  ]);
  expect(rules).not.toHaveProperty('drill');
});
