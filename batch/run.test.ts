import { PersonalizeClient } from '@aws-sdk/client-personalize';
import type { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../local/testing/database.ts';
import { ALL_PARTS, readConfig } from './config.ts';
import { createPool } from './db/pool.ts';
import { BatchError, EXIT } from './errors.ts';
import { silentProgress } from './progress.ts';
import { runBatch } from './run.ts';
import { acquireLease, type HeldLease } from './runs/lease.ts';
import type { Step, StepName } from './steps/step.ts';
import { createObjectStore } from './storage/objectStore.ts';

let database: TestDatabase;
let pool: Pool;
let lease: HeldLease;
beforeEach(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url);
  lease = await acquireLease({
    databaseUrl: database.url,
    name: 'batch',
    holder: 'host/1/x/1',
    ttlMs: 30_000,
  });
});
afterEach(async () => {
  await lease.release();
  await pool.end();
  await database.drop();
});

async function run(
  steps: readonly Step[],
  options: { fresh?: boolean; signal?: AbortSignal; environment?: string } = {},
) {
  const config = readConfig(
    {
      DATABASE_URL: database.url,
      ENVIRONMENT: options.environment ?? 'test',
      AWS_REGION: 'eu-central-1',
      S3_BUCKET: 'bucket',
      AWS_ENDPOINT_URL_PERSONALIZE: 'http://127.0.0.1:1',
      KV_BASE_URL: 'http://127.0.0.1:1',
      ID_HASH_KEY: 'ab'.repeat(32),
    },
    ALL_PARTS,
  );
  const dependencies = {
    config,
    pool,
    s3: createObjectStore(config.s3),
    personalize: new PersonalizeClient({ region: 'eu-central-1' }),
    lease,
    progress: silentProgress,
    log: { info: () => undefined, warn: () => undefined },
    clock: () => new Date(),
    random: Math.random,
    sleep: async () => undefined,
    wait: true,
    signal: options.signal ?? new AbortController().signal,
  };
  return runBatch(dependencies, steps, { fresh: options.fresh ?? false });
}

function recorder() {
  const calls: string[] = [];
  const step = (name: StepName, work: () => Promise<void> | void = () => undefined): Step => ({
    name,
    run: async ({ runId }) => {
      calls.push(`${name} ${runId}`);
      await work();
      return { rows: 3 };
    },
  });
  return { calls, step, names: () => calls.map((call) => call.split(' ')[0]) };
}

const statuses = async () => {
  const answer = await pool.query(
    `SELECT kind, name, status, error->>'code' AS code FROM batch_job_metadata ORDER BY id`,
  );
  return answer.rows.map((row) => [row.kind, row.name, row.status, row.code]);
};

describe('a run', () => {
  test('does its steps in order and records each', async () => {
    const { step, names } = recorder();
    const result = await run([step('check'), step('export')]);
    expect(names()).toEqual(['check', 'export']);
    expect(result.counts.get('export')).toEqual({ rows: 3 });
    expect(await statuses()).toEqual([
      ['run', 'test/embedded', 'succeeded', null],
      ['step', 'check', 'succeeded', null],
      ['step', 'export', 'succeeded', null],
    ]);
  });

  test('that failed for a reason that may pass goes on where it stopped', async () => {
    const { step, calls, names } = recorder();
    const failing = step('export', () => {
      throw new Error('connection reset');
    });
    await expect(run([step('check'), failing])).rejects.toMatchObject({ code: 'unexpected' });
    expect(await statuses()).toContainEqual(['step', 'export', 'failed', 'unexpected']);
    const second = await run([step('check'), step('export')]);
    expect(second.resumed).toBe(true);
    expect(names()).toEqual(['check', 'export', 'export']);
    expect(new Set(calls.map((call) => call.split(' ')[1])).size).toBe(1);
    const third = await run([step('check')]);
    expect(third.resumed).toBe(false);
  });

  test('that failed for good is closed, and so is one that always fails', async () => {
    const { step } = recorder();
    const hopeless = step('check', () => {
      throw new BatchError({ code: 'no_orders', message: 'm', remedy: 'r', final: true });
    });
    await expect(run([hopeless])).rejects.toMatchObject({ code: 'no_orders' });
    const flaky = step('check', () => {
      throw new Error('again');
    });
    const ids = new Set<unknown>();
    for (let attempt = 0; attempt < 5; attempt++) {
      await expect(run([flaky])).rejects.toThrow('again');
      ids.add(
        (
          await pool.query(
            `SELECT run_id AS id FROM batch_job_metadata WHERE kind = 'run' ORDER BY id DESC LIMIT 1`,
          )
        ).rows[0].id,
      );
    }
    expect(ids.size).toBe(1);
    expect((await run([step('check')])).resumed).toBe(false);
  });

  test('can be started anew, and never goes on with another environment', async () => {
    const { step } = recorder();
    const failing = step('check', () => {
      throw new Error('again');
    });
    await expect(run([failing])).rejects.toThrow();
    expect((await run([step('check')], { environment: 'staging' })).resumed).toBe(false);
    expect((await run([step('check')], { fresh: true })).resumed).toBe(false);
  });

  test('left unfinished for too long is given up: its orders are out of date', async () => {
    const { step } = recorder();
    const failing = step('check', () => {
      throw new Error('again');
    });
    await expect(run([failing])).rejects.toThrow();
    await pool.query(`UPDATE batch_job_metadata SET started_at = started_at - interval '13 hours'`);
    expect((await run([step('check')])).resumed).toBe(false);
    expect(await statuses()).toContainEqual(['run', 'test/embedded', 'failed', 'abandoned']);
  });

  test('that is asked to stop waits to be resumed', async () => {
    const { step } = recorder();
    const stop = new AbortController();
    const stopped = step('check', () => {
      stop.abort(new BatchError({ code: 'stopped', message: 'm', remedy: 'r', exitCode: EXIT.stopped }));
      throw new Error('aborted');
    });
    await expect(run([stopped], { signal: stop.signal })).rejects.toMatchObject({ code: 'stopped' });
    expect(await statuses()).toContainEqual(['run', 'test/embedded', 'waiting', 'stopped']);
    expect((await run([step('check')])).resumed).toBe(true);
  });
});
