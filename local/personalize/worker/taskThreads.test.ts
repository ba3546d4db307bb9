import type { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import { JobFailure } from '../state/jobFailure.ts';
import type { Task } from './task.ts';
import { createTaskThreads } from './taskThreads.ts';

/** Fails as a job at once: its location is none. */
const task: Task = {
  kind: 'import',
  s3: {
    endpoint: 'http://127.0.0.1:1',
    region: 'any',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  },
  dataDir: 'none',
  location: 'nowhere',
  fields: [],
  target: 'none',
  mode: 'FULL',
  previous: null,
  key: null,
  minimums: false,
};

describe('task threads', () => {
  const threads = createTaskThreads();
  const started: Worker[] = [];
  const note = (worker: Worker) => started.push(worker);
  process.on('worker', note);
  afterAll(async () => {
    process.off('worker', note);
    await threads.close();
  });
  const run = (signal = new AbortController().signal) => threads.run(task, { signal, log: () => {} });

  it('are used again for the next task', async () => {
    await expect(run()).rejects.toBeInstanceOf(JobFailure);
    await expect(run()).rejects.toBeInstanceOf(JobFailure);
    expect(started).toHaveLength(1);
  });

  it('are replaced when they ended while they had nothing to do', async () => {
    await started[0]?.terminate();
    await expect(run()).rejects.toBeInstanceOf(JobFailure);
    expect(started).toHaveLength(2);
  });

  it('are not used again after an abort', async () => {
    const abort = new AbortController();
    const aborted = run(abort.signal);
    abort.abort(new Error('stopped'));
    await expect(aborted).rejects.toThrow('stopped');
    await expect(run()).rejects.toBeInstanceOf(JobFailure);
    expect(started).toHaveLength(3);
  });
});
