import { Worker } from 'node:worker_threads';
import type { Log } from '../log.ts';
import { JobFailure } from '../state/jobFailure.ts';
import type { Message, Task } from './task.ts';

/** A thread without work is kept this long: starting one costs about a second of a core. */
const IDLE_MS = 10_000;

interface Running {
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Threads that do heavy tasks, so that answering requests never waits for one. */
export interface TaskThreads {
  /** Rejects with JobFailure when the job failed; an abort ends the task's thread at once. */
  run(task: Task, running: Running): Promise<unknown>;
  /** Ends the threads that are idle. */
  close(): Promise<void>;
}

interface IdleThread {
  readonly worker: Worker;
  readonly timer: NodeJS.Timeout;
}

/** Node 22 reads TypeScript by itself, so the thread needs no loader; only its warning is silenced. */
const startThread = () =>
  new Worker(new URL('./main.ts', import.meta.url), { execArgv: ['--disable-warning=ExperimentalWarning'] });

/** Hands a task to a thread; settles with what the thread says, or with its end. */
function perform(worker: Worker, task: Task, { signal, log }: Running): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const abort = () => void worker.terminate();
    const settle = (end: () => void) => {
      signal.removeEventListener('abort', abort);
      // Not removeAllListeners: it would also take away what keeps the thread's port open.
      worker.off('message', onMessage).off('messageerror', onError);
      worker.off('error', onError).off('exit', onExit);
      end();
    };
    const onMessage = (message: Message) => {
      if (message.type === 'log') log(message.line, { task: task.kind });
      else if (message.type === 'done') settle(() => resolve(message.result));
      else if (message.type === 'failed') settle(() => reject(new JobFailure(message.reason)));
      else settle(() => reject(new Error(message.error)));
    };
    const onError = (error: Error) => settle(() => reject(error));
    const onExit = (code: number) => {
      const ended = new Error(`The worker thread ended with code ${code} before its task was done.`);
      settle(() => reject(signal.aborted ? signal.reason : ended));
    };
    signal.addEventListener('abort', abort, { once: true });
    worker.on('message', onMessage).on('messageerror', onError);
    worker.on('error', onError).on('exit', onExit);
    worker.postMessage(task);
  });
}

export function createTaskThreads(): TaskThreads {
  const idle: IdleThread[] = [];
  /** Threads that ended or are about to: one of them would take a task and never answer. */
  const ended = new WeakSet<Worker>();

  const forget = (worker: Worker) => {
    ended.add(worker);
    const place = idle.findIndex((thread) => thread.worker === worker);
    for (const { timer } of place < 0 ? [] : idle.splice(place, 1)) clearTimeout(timer);
  };

  const end = async (worker: Worker) => {
    forget(worker);
    await worker.terminate();
  };

  const spawn = (): Worker => {
    const worker = startThread();
    // Between two tasks nobody else listens, and an error that nobody hears ends the process.
    return worker.on('error', () => forget(worker)).once('exit', () => forget(worker));
  };

  const rest = (worker: Worker) => {
    if (ended.has(worker)) return;
    worker.unref();
    const thread: IdleThread = {
      worker,
      timer: setTimeout(() => void end(worker), IDLE_MS).unref(),
    };
    idle.push(thread);
  };

  const wake = (): Worker => {
    const thread = idle.pop();
    if (thread === undefined) return spawn();
    clearTimeout(thread.timer);
    // The thread's number is -1 once it ended, which may be seen before its exit is told.
    if (thread.worker.threadId === -1) return wake();
    thread.worker.ref();
    return thread.worker;
  };

  return {
    run: async (task, running) => {
      running.signal.throwIfAborted();
      const worker = wake();
      try {
        const result = await perform(worker, task, running);
        running.signal.throwIfAborted();
        rest(worker);
        return result;
      } catch (error) {
        if (error instanceof JobFailure && !running.signal.aborted) rest(worker);
        else await end(worker);
        // Its last word, good or bad, may overtake the abort that is ending it.
        throw running.signal.aborted ? running.signal.reason : error;
      }
    },
    close: async () => {
      for (const { worker } of [...idle]) await end(worker);
    },
  };
}
