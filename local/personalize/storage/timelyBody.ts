import { Readable } from 'node:stream';
import { JobFailure } from '../state/jobFailure.ts';

const silent = (patienceMs: number) =>
  new JobFailure(`Amazon S3 did not answer within ${patienceMs / 1000} seconds.`);

function inTime<T>(work: Promise<T>, patienceMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(silent(patienceMs)), patienceMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

async function* timelyChunks(body: Readable, patienceMs: number): AsyncGenerator<unknown> {
  const chunks = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await inTime(chunks.next(), patienceMs);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    body.destroy();
  }
}

/**
 * The same bytes, failing when a chunk that is waited for does not come in time. While nobody reads, nothing is
 * counted: a slow reader is not a silent S3.
 */
export const timelyBody = (body: Readable, patienceMs: number): Readable =>
  Readable.from(timelyChunks(body, patienceMs), { objectMode: false });
