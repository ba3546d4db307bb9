import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { timedAsync } from '../phases.ts';
import { type KernelInput, type KernelName, kernels } from './kernels.ts';
import type { JobAnswer } from './worker.ts';

/** Runs range kernels over worker threads; the calling thread stays free. */
export interface Pool {
  run<K extends KernelName>(kernel: K, input: KernelInput<K>, range: Range): Promise<void>;
  close(): Promise<void>;
}

export interface Range {
  readonly count: number;
  /** Indexes taken at a time: small where their cost varies. */
  readonly chunk: number;
}

/**
 * `threads` = 0 runs everything in the calling thread (small data, tests).
 * An aborted signal makes `run` reject with its reason, at once; the threads end with `close`.
 */
export function createPool(options: {
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}): Pool {
  const threads = options.threads ?? Math.min(4, availableParallelism());
  if (threads === 0) return createInlinePool(options.signal);
  const workers: Worker[] = [];
  // A thread that ended would never answer the next job.
  const forget = (worker: Worker) => {
    const place = workers.indexOf(worker);
    if (place >= 0) workers.splice(place, 1);
  };
  return {
    run: (kernel, input, range) =>
      timedAsync(kernel, async () => {
        options.signal?.throwIfAborted();
        while (workers.length < threads) workers.push(startWorker(forget));
        const counter = new Int32Array(new SharedArrayBuffer(4));
        const answers = workers.map((worker) =>
          answerOf(
            worker,
            { kernel, input, counter, count: range.count, chunk: range.chunk },
            options.signal,
          ),
        );
        await Promise.all(answers);
      }),
    async close() {
      await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
    },
  };
}

function createInlinePool(signal: AbortSignal | undefined): Pool {
  return {
    run: (kernel, input, range) =>
      timedAsync(kernel, async () => {
        signal?.throwIfAborted();
        const prepare: (input: never) => (from: number, to: number) => void = kernels[kernel];
        prepare(input as never)(0, range.count);
      }),
    async close() {},
  };
}

/** Node 22 reads TypeScript by itself, so the thread needs no loader; only its warning is silenced. */
function startWorker(ended: (worker: Worker) => void): Worker {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  worker.unref();
  worker.setMaxListeners(0);
  // Between two jobs nobody else listens, and an error that nobody hears ends the process.
  worker.on('error', () => ended(worker));
  worker.once('exit', () => ended(worker));
  return worker;
}

/** Posts one job and waits for its end, the worker's death, or the signal. */
function answerOf(worker: Worker, job: unknown, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (outcome: () => void) => {
      worker.off('message', onMessage);
      worker.off('messageerror', onError);
      worker.off('error', onError);
      worker.off('exit', onExit);
      signal?.removeEventListener('abort', onAbort);
      worker.unref();
      outcome();
    };
    const onMessage = (answer: JobAnswer) =>
      finish(() => (answer.error === null ? resolve() : reject(answer.error)));
    const onError = (error: unknown) => finish(() => reject(error));
    const onExit = () =>
      finish(() => reject(new Error('a worker thread of the engine ended before its job did')));
    const onAbort = () => finish(() => reject(signal?.reason));
    worker.on('message', onMessage);
    worker.on('messageerror', onError);
    worker.on('error', onError);
    worker.on('exit', onExit);
    signal?.addEventListener('abort', onAbort);
    worker.ref();
    worker.postMessage(job);
  });
}
