import { parentPort } from 'node:worker_threads';
import { JobFailure } from '../state/jobFailure.ts';
import type { Message, Task } from './task.ts';

/** Entry of a worker thread: does the tasks it is sent, one at a time, and tells how each ended. */
const say = (message: Message) => parentPort?.postMessage(message);
const log = (line: string) => say({ type: 'log', line });

/** Loads only what the task needs. */
async function perform(task: Task): Promise<unknown> {
  switch (task.kind) {
    case 'import':
      return (await import('../import-jobs/importData.ts')).importData(task);
    case 'train':
      return (await import('../training/trainVersion.ts')).trainVersion(task, log);
    case 'inference':
      return (await import('../batch-jobs/runInference.ts')).runInference(task);
    case 'export':
      return (await import('../export-jobs/exportData.ts')).exportData(task);
    case 'deletion':
      return (await import('../deletion-jobs/deleteUsers.ts')).deleteUsers(task);
    case 'segments':
      return (await import('../batch-jobs/runSegments.ts')).runSegments(task);
  }
}

parentPort?.on('message', async (task: Task) => {
  try {
    say({ type: 'done', result: await perform(task) });
  } catch (error) {
    if (error instanceof JobFailure) say({ type: 'failed', reason: error.message });
    else
      say({ type: 'broke', error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});

// A task that cannot be read must be answered too, or its job waits for ever.
parentPort?.on('messageerror', (error: unknown) => say({ type: 'broke', error: String(error) }));
