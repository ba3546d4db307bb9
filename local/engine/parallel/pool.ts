import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { timedAsync } from '../phases.ts';
import { type KernelInput, type KernelName, kernels } from './kernels.ts';
import type { JobAnswer } from './worker.ts';

/** Runs range kernels over worker threads; the calling thread stays free. */
export interface Pool {
  /** How many prepare and run a kernel, at most. */
  readonly threads: number;
  run<K extends KernelName>(kernel: K, input: KernelInput<K>, range: Range): Promise<void>;
  /** Lets the threads go: the next pool may take them over. */
  close(): Promise<void>;
}

export interface Range {
  readonly count: number;
  /** Indexes taken at a time: small where their cost varies. */
  readonly chunk: number;
}

/** Threads without a pool wait this long for the next one: starting a pair takes a third of a second. */
const IDLE_MS = 1_000;

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
  // A thread whose job failed or was aborted may still be at it: only what was answered counts as done.
  let unanswered = 0;
  return {
    threads,
    run: (kernel, input, range) =>
      timedAsync(kernel, async () => {
        options.signal?.throwIfAborted();
        for (const gone of workers.filter((worker) => worker.threadId === -1))
          workers.splice(workers.indexOf(gone), 1);
        while (workers.length < threads) workers.push(takeWorker());
        const counter = new Int32Array(new SharedArrayBuffer(4));
        const job = { kernel, input, counter, count: range.count, chunk: range.chunk };
        unanswered += 1;
        await Promise.all(workers.map((worker) => answerOf(worker, job, options.signal)));
        unanswered -= 1;
      }),
    async close() {
      const all = workers.splice(0);
      if (unanswered === 0) for (const worker of all) giveBack(worker);
      else await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
}

const idle = new Map<Worker, NodeJS.Timeout>();

function takeWorker(): Worker {
  for (const [worker, timer] of idle) {
    idle.delete(worker);
    clearTimeout(timer);
    // The thread's number is -1 once it ended, which may be seen before its exit is told.
    if (worker.threadId !== -1) return worker;
  }
  return startWorker((ended) => {
    clearTimeout(idle.get(ended));
    idle.delete(ended);
  });
}

function giveBack(worker: Worker): void {
  const end = () => {
    idle.delete(worker);
    void worker.terminate();
  };
  idle.set(worker, setTimeout(end, IDLE_MS).unref());
}

function createInlinePool(signal: AbortSignal | undefined): Pool {
  return {
    threads: 1,
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
