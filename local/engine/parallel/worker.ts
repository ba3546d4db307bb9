import { parentPort } from 'node:worker_threads';
import { letGo } from '../let-go.ts';
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
    work(job);
    parentPort?.postMessage({ error: null } satisfies JobAnswer);
  } catch (error) {
    parentPort?.postMessage({ error } satisfies JobAnswer);
  }
  // Once this call is over and holds the job's memory no longer.
  setImmediate(letGo);
});

function work({ kernel, input, counter, count, chunk }: Job): void {
  const run = kernels[kernel](input);
  for (;;) {
    const from = Atomics.add(counter, 0, chunk);
    if (from >= count) break;
    run(from, Math.min(count, from + chunk));
  }
}

// A job that cannot be read must be answered too, or its caller waits for ever.
parentPort?.on('messageerror', (error: unknown) => {
  parentPort?.postMessage({ error } satisfies JobAnswer);
});
