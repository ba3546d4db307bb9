import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { describeHolder } from '../runs/holder.ts';
import { readRun } from './readStatus.ts';
import { showLines } from './showLines.ts';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url });
  await pool.query(
    `INSERT INTO batch_job_metadata (run_id, kind, name, status)
     VALUES ('r1', 'run', 'local/embedded', 'running'), ('r1', 'step', 'infer', 'running')`,
  );
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function shown(holder: string, seconds: number): Promise<string> {
  await pool.query(
    `INSERT INTO lease (name, holder, token, expires_at)
     VALUES ('batch', $1, 1, clock_timestamp() + $2 * interval '1 second')
     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at`,
    [holder, seconds],
  );
  const run = await readRun(pool, 'r1');
  return run === null ? '' : showLines(new Date(), run, 'group').join('\n');
}

test('a run whose process lives is running', async () => {
  expect(await shown(describeHolder(), 30)).toMatch(/^… run r1[^\n]*: running.*… infer .*running$/s);
});

test('a run that was killed says so, and what to do', async () => {
  const gone = describeHolder().split('/').with(1, '4194303').join('/');
  const interrupted = /^✗ run r1[^\n]*: interrupted.*✗ infer .*interrupted.*ended unexpectedly.*batch run/s;
  expect(await shown(describeHolder(), -1)).toMatch(interrupted);
  expect(await shown(gone, 30)).toMatch(interrupted);
});
