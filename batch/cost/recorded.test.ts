import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PersonalizeClient } from '@aws-sdk/client-personalize';
import { Command } from 'commander';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { insertSmallShop } from '../../local/testing/smallShop.ts';
import type { CommandContext } from '../command.ts';
import { readConfig } from '../config.ts';
import { silentProgress } from '../progress.ts';
import { jobRecordsOf } from '../runs/jobRecords.ts';
import { registerSchedule } from '../schedule/command.ts';
import type { StepCounts, StepName } from '../steps/step.ts';
import { registerCost } from './command.ts';
import { overCap, refuseOverCap } from './costCaps.ts';
import { costLines } from './costLines.ts';
import { forecastCost } from './forecast.ts';
import { jobUsage, pricedJobRecords } from './pricedJobs.ts';
import { readRunVolume } from './readVolume.ts';

let database: TestDatabase;
let pool: pg.Pool;
let server: Server;
let personalize: PersonalizeClient;

/** Personalize's answer to DescribeSolutionVersion, on the wire. */
beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  const client = await pool.connect();
  await insertSmallShop(client, { customers: 60, products: 40 });
  client.release();
  server = createServer((_, response) => {
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify({ solutionVersion: { trainingHours: 2.5 } }));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  personalize = new PersonalizeClient({
    region: 'eu-central-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
});
afterAll(async () => {
  personalize.destroy();
  server.close();
  await pool.end();
  await database.drop();
});
beforeEach(() => pool.query('TRUNCATE batch_job_metadata'));

const aws = {
  DATABASE_URL: 'postgres://h/d',
  ENVIRONMENT: 'test',
  AWS_REGION: 'eu-central-1',
  PERSONALIZE_ROLE_ARN: `arn:aws:iam::${'0'.repeat(12)}:role/personalize`,
};
const configOf = (own: Record<string, string> = {}) =>
  readConfig({ ...aws, ...own }, ['environment', 'personalize', 'lengths', 'money', 'policy']);

const exported: ReadonlyMap<StepName, StepCounts> = new Map([
  ['export', { users: 1000, items: 100, interactions: 1_000_000, item_lines: 90, segment_lines: 0 }],
]);

const beginRun = (runId: string, name = 'test/aws') =>
  pool.query(
    `INSERT INTO batch_job_metadata (run_id, kind, name, status) VALUES ($1, 'run', $2, 'running')`,
    [runId, name],
  );

const priced = (runId: string, own: Record<string, string> = {}) =>
  pricedJobRecords(jobRecordsOf(pool, runId), {
    pool,
    runId,
    config: configOf(own),
    personalize,
    earlier: exported,
  });

const costs = async () => {
  const { rows } = await pool.query(
    'SELECT kind, name, cost_usd::float8 AS usd, counts FROM batch_job_metadata ORDER BY id',
  );
  return rows;
};

describe('what a run used', () => {
  test('is recorded with each job, training by the hours Amazon bills, and summed up for the run', async () => {
    await beginRun('r1');
    const records = priced('r1');
    await records.record({ name: 'training/similar-items', status: 'running', arn: 'arn:v' });
    expect((await costs())[1]).toMatchObject({ usd: 2.5 * 0.24 });
    await records.record({ name: 'training/similar-items', status: 'succeeded', arn: 'arn:v' });
    await records.record({ name: 'batch-inference/user-personalization', status: 'succeeded', arn: 'arn:i' });
    await records.record({ name: 'import/interactions', status: 'succeeded', arn: 'arn:d' });
    await records.record({ name: 'batch-segment/item-affinity', status: 'skipped', arn: null });
    expect(await costs()).toMatchObject([
      { kind: 'run', usd: 0.669 },
      { name: 'training/similar-items', usd: 0.6, counts: { training_hours: 2.5 } },
      { name: 'batch-inference/user-personalization', usd: 0.067, counts: { billed: 1000 } },
      { name: 'import/interactions', usd: 0.002, counts: { rows: 1_000_000 } },
      { name: 'batch-segment/item-affinity', usd: null },
    ]);
  });

  test('is nothing with the embedded engine', async () => {
    await beginRun('r2', 'test/embedded');
    const records = priced('r2', { AWS_ENDPOINT_URL_PERSONALIZE: 'http://127.0.0.1:1' });
    await records.record({ name: 'batch-inference/user-personalization', status: 'succeeded', arn: 'arn:i' });
    expect((await costs())[0]).toMatchObject({ usd: 0 });
  });

  test('tells the next forecast how long a training takes', async () => {
    await beginRun('r3');
    await priced('r3').record({ name: 'training/similar-items', status: 'succeeded', arn: 'arn:v' });
    const request = { config: configOf(), runs: 1, trainings: 1, syncs: 120, requests: 1e6, now: new Date() };
    const forecast = await forecastCost(pool, request);
    const training = forecast.run.lines.find(({ what }) => what === 'training similar-items');
    expect(training).toMatchObject({ quantity: 2.5, usd: { low: 0.6, high: 0.6 } });
    expect(forecast.recordedThisMonth).toBeCloseTo(0.6);
    expect(costLines(forecast).join('\n')).toMatch(/Recorded this month \(UTC\): \$0\.60/);
  });
});

describe('the caps', () => {
  const contextOf = (own: Record<string, string>, runId = 'r9') => ({
    // Only what the caps look at; the whole context is the runner's.
    config: {
      ...readConfig({ ...aws, ...own }, ['environment', 'personalize', 'lengths', 'money', 'policy']),
    } as never,
    pool,
    clock: () => new Date(),
    runId,
    earlier: exported,
    log: { info: () => undefined, warn: () => undefined },
  });

  test('refuse a run that may cost more than it may, before it spends', async () => {
    await expect(refuseOverCap(contextOf({ MAX_RUN_COST: '1' }))).rejects.toMatchObject({
      code: 'run_cost_over_cap',
      message: expect.stringMatching(/may cost \$\d.*MAX_RUN_COST allows \(\$1\); nothing has been spent/),
    });
    await refuseOverCap(contextOf({ MAX_RUN_COST: '5' }));
    await refuseOverCap(contextOf({ MAX_RUN_COST: '0', AWS_ENDPOINT_URL_PERSONALIZE: 'http://127.0.0.1:1' }));
  });

  test('count what the month has cost so far, other environments and the run itself left out', async () => {
    const spend = async (runId: string, name: string, when: string) => {
      await beginRun(runId, name);
      await pool.query(
        `INSERT INTO batch_job_metadata (run_id, kind, name, status, cost_usd, started_at)
         VALUES ($1, 'job', 'training/x', 'succeeded', 90, date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + $2::interval)`,
        [runId, when],
      );
    };
    await spend('old', 'test/aws', '-1 second');
    await spend('r9', 'test/aws', '1 second');
    await spend('other', 'staging/aws', '1 second');
    await refuseOverCap(contextOf({ MAX_MONTH_COST: '91' }));
    await spend('now', 'test/aws', '1 second');
    await expect(refuseOverCap(contextOf({ MAX_MONTH_COST: '91' }))).rejects.toMatchObject({
      code: 'month_cost_over_cap',
      message: expect.stringContaining('this month has cost $90.00'),
    });
  });

  test('are held against the upper end of the forecast', () => {
    const caps = { maxRunUsd: 10, maxMonthUsd: 15 };
    expect(overCap({ low: 5, high: 10 }, 5, caps)).toBeNull();
    expect(overCap({ low: 5, high: 10.01 }, 0, caps)?.code).toBe('run_cost_over_cap');
    expect(overCap({ low: 5, high: 10 }, 5.01, caps)?.code).toBe('month_cost_over_cap');
  });
});

describe('segments', () => {
  test('are counted for a forecast, and refused on AWS until they have a price', async () => {
    expect(() => configOf({ SEGMENTS: 'on' })).toThrow(/SEGMENTS is on, but their price is not known/);
    const config = configOf({ SEGMENTS: 'on', PRICES: '{"segment_1000_users":0.5}' });
    const volume = await readRunVolume(pool, config.personalize);
    // 40 products are sold, each to a segment of all 60 customers; postage is no merchandise.
    expect(volume).toMatchObject({ users: 60, items: 40, soldItems: 40, segmentItems: 40 });
    const facts = { volume, prices: config.money.prices, hours: null, userPersonalization: 'v1' as const };
    expect(jobUsage('batch-segment/item-affinity', facts)).toEqual({ counts: { billed: 2400 }, usd: 1.2 });
  });

  test('and prices of no known name or form are told', () => {
    expect(() => configOf({ PRICES: '{"ingestion":1}' })).toThrow(/PRICES does not fit the price table/);
    expect(() => configOf({ PRICES: '{"training_hour":-1}' })).toThrow(/training_hour/);
    expect(() => configOf({ PRICES: 'cheap' })).toThrow(/PRICES is not JSON/);
  });
});

describe('on the command line', () => {
  async function say(...args: string[]): Promise<string> {
    const lines: string[] = [];
    const context: CommandContext = {
      config: (...parts) => readConfig({ ...aws, DATABASE_URL: database.url }, parts),
      secret: () => undefined,
      out: (line) => void lines.push(line),
      log: { info: () => undefined, warn: () => undefined },
      progress: silentProgress,
      clock: () => new Date('2026-11-27T04:00:00Z'),
      signal: new AbortController().signal,
      sleep: async () => undefined,
    };
    const program = new Command().exitOverride();
    registerCost(program, context);
    registerSchedule(program, context);
    await program.parseAsync(args, { from: 'user' });
    return lines.join('\n');
  }

  test('batch cost prices this shop, with how long each part is free', async () => {
    const said = await say('cost');
    expect(said).toMatch(/^60 customers, 40 products, 7\d\d order lines; prices of 2026-/);
    expect(said).toContain('A run on AWS: $0.0');
    expect(said).toMatch(/KV writes .* \$0\.00 {2}free until 1,000 writes a day/);
    expect(said).toMatch(/Neon storage .* free until 0\.5 GB/);
    expect(JSON.parse(await say('cost', '--json', '--runs', '4', '--requests', '9e7'))).toMatchObject({
      runs: 4,
      caps: { run: 50, month: 100 },
    });
    await expect(say('cost', '--runs', 'many')).rejects.toMatchObject({ code: 'usage', exitCode: 2 });
  });

  test('batch schedule prices its times and prints lines for each scheduler', async () => {
    const said = await say('schedule', '--run', '0 3 * * *');
    expect(said).toMatch(/run {11}0 3 \* \* \* {7}30\.4 a month, at most 31/);
    expect(said).toContain('1.2 runs train (RETRAIN)');
    for (const heading of ['# crontab', '# Kubernetes', '# ECS']) expect(said).toContain(heading);
    await expect(say('schedule', '--run', 'sometimes')).rejects.toMatchObject({ code: 'usage' });
  });
});
