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
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
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
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(task);
  });
}

export function createTaskThreads(): TaskThreads {
  const idle: IdleThread[] = [];

  const rest = (worker: Worker) => {
    worker.unref();
    const thread: IdleThread = {
      worker,
      timer: setTimeout(() => {
        idle.splice(idle.indexOf(thread), 1);
        void worker.terminate();
      }, IDLE_MS).unref(),
    };
    idle.push(thread);
  };

  const wake = (): Worker => {
    const thread = idle.pop();
    if (thread === undefined) return startThread();
    clearTimeout(thread.timer);
    thread.worker.ref();
    return thread.worker;
  };

  return {
    run: async (task, running) => {
      running.signal.throwIfAborted();
      const worker = wake();
      try {
        const result = await perform(worker, task, running);
        rest(worker);
        return result;
      } catch (error) {
        if (error instanceof JobFailure) rest(worker);
        else await worker.terminate();
        throw error;
      }
    },
    close: async () => {
      for (const { worker, timer } of idle.splice(0)) {
        clearTimeout(timer);
        await worker.terminate();
      }
    },
  };
}
