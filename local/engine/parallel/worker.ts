import { parentPort } from 'node:worker_threads';
import { type KernelName, kernels } from './kernels.ts';

/** One parallel loop: indexes 0 … count - 1, handed out in chunks by the shared counter. */
export interface Job {
  readonly kernel: KernelName;
  readonly input: never;
  readonly counter: Int32Array;
  readonly count: number;
  readonly chunk: number;
}

export type JobAnswer = { readonly error: unknown } | { readonly error: null };

parentPort?.on('message', (job: Job) => {
  try {
    const run = kernels[job.kernel](job.input);
    for (;;) {
      const from = Atomics.add(job.counter, 0, job.chunk);
      if (from >= job.count) break;
      run(from, Math.min(job.count, from + job.chunk));
    }
    parentPort?.postMessage({ error: null } satisfies JobAnswer);
  } catch (error) {
    parentPort?.postMessage({ error } satisfies JobAnswer);
  }
});

// A job that cannot be read must be answered too, or its caller waits for ever.
parentPort?.on('messageerror', (error: unknown) => {
  parentPort?.postMessage({ error } satisfies JobAnswer);
});
