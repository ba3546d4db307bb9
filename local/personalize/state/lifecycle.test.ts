import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../clock.ts';
import { PROFILES } from '../profiles.ts';
import { createFaultPlan } from './faults.ts';
import { type KindWork, Lifecycle } from './lifecycle.ts';
import type { Resource } from './records.ts';
import { StateStore } from './store.ts';

const arn = 'arn:aws:personalize:eu-central-1:000000000000:dataset-import-job/orders';
const job: Resource = {
  kind: 'importJob',
  arn,
  sequence: 0,
  status: 'CREATE PENDING',
  failureReason: null,
  createdAt: 0,
  updatedAt: 0,
  interruptions: 0,
  tags: [],
  request: {},
  name: 'orders',
  datasetArn: 'none',
  location: 's3://bucket/none.csv',
  mode: 'FULL',
};

describe('a lifecycle', () => {
  let folder: string;
  let state: StateStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lifecycle-'));
    state = await StateStore.open(join(folder, 'state.json'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Every write fails while a folder stands where the new text would go. */
  const obstacle = () => join(folder, 'state.json.tmp');
  const lifecycleOf = (make: KindWork['make'], clock: Clock = systemClock) =>
    new Lifecycle({
      state,
      clock,
      delays: PROFILES[clock === systemClock ? 'engine' : 'aws'].delays,
      faults: createFaultPlan(),
      log: () => {},
      workOf: () => ({ heavy: true, make, erase: null }),
    });
  const status = () => state.get(arn)?.status;

  it('keeps nothing of a resource that could not be stored', async () => {
    const lifecycle = lifecycleOf(null);
    await mkdir(obstacle());
    await expect(lifecycle.create(job)).rejects.toThrow();
    expect(state.all()).toEqual([]);
    await rm(obstacle(), { recursive: true });
    await lifecycle.create(job);
    await expect.poll(status, { timeout: 20_000 }).toBe('ACTIVE');
  });

  it('leaves a resource as it is when its deletion could not be stored', async () => {
    const lifecycle = lifecycleOf(null);
    await state.put({ ...job, status: 'ACTIVE' });
    await mkdir(obstacle());
    await expect(lifecycle.remove(arn)).rejects.toThrow();
    expect(status()).toBe('ACTIVE');
  });

  it('tries a deletion again when files could not be removed', async () => {
    const waits: number[] = [];
    const clock: Clock = { now: () => 0, sleep: async (ms) => void waits.push(ms) };
    let tries = 0;
    const lifecycle = new Lifecycle({
      ...{ state, clock, delays: PROFILES.engine.delays, faults: createFaultPlan(), log: () => {} },
      workOf: () => ({
        heavy: false,
        make: null,
        erase: async () => {
          if (++tries < 3) throw new Error('busy');
        },
      }),
    });
    await state.put({ ...job, status: 'ACTIVE' });
    await lifecycle.remove(arn);
    await expect.poll(status, { timeout: 20_000 }).toBeUndefined();
    expect(waits.filter((ms) => ms > 0)).toEqual([1000, 2000]);
  });

  it('begins a job again after a death of the process, but not for ever', async () => {
    await state.put({ ...job, status: 'CREATE IN_PROGRESS', interruptions: 2 });
    await lifecycleOf(null).resume();
    await expect.poll(status, { timeout: 20_000 }).toBe('ACTIVE');
    await state.put({ ...job, status: 'CREATE IN_PROGRESS', interruptions: 3 });
    await lifecycleOf(null).resume();
    await expect.poll(status, { timeout: 20_000 }).toBe('CREATE FAILED');
    expect(state.get(arn)?.failureReason).toMatch(/interrupted too often/);
  });

  it('takes an end in good order for no death', async () => {
    const untilStopped: KindWork['make'] = (_resource, signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    await state.put({ ...job, status: 'CREATE IN_PROGRESS' });
    for (let restarts = 0; restarts < 6; restarts++) {
      const lifecycle = lifecycleOf(untilStopped);
      await lifecycle.resume();
      await lifecycle.close();
    }
    await lifecycleOf(null).resume();
    await expect.poll(status, { timeout: 20_000 }).toBe('ACTIVE');
  });

  it('goes on when a state on the way cannot be stored', async () => {
    const lifecycle = lifecycleOf(async () => {
      await mkdir(obstacle());
    });
    await lifecycle.create(job);
    await expect.poll(status, { timeout: 20_000 }).toBe('ACTIVE');
  });

  it('waits no longer when the wall clock is set back', async () => {
    let now = 10_000_000;
    const waits: number[] = [];
    const clock: Clock = {
      now: () => now,
      sleep: async (ms) => {
        waits.push(ms);
      },
    };
    const lifecycle = lifecycleOf(async () => {
      now -= 3_600_000;
    }, clock);
    await lifecycle.create(job);
    await expect.poll(status, { timeout: 20_000 }).toBe('ACTIVE');
    const { pendingMs, progressMs } = PROFILES.aws.delays.importJob;
    expect(waits).toEqual([pendingMs, progressMs]);
  });
});
