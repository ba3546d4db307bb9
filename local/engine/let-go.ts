import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Collects garbage of the calling thread now, so that shared memory it no longer refers to is given back. V8 counts
 * shared memory for no thread (BackingStore::PerIsolateAccountingLength is 0 for it): hundreds of megabytes that
 * nobody uses would stay until a thread's own few objects call for a collection. Takes some milliseconds in a worker,
 * some tens where there are hundreds of thousands of ids.
 */
export const letGo: () => void = collector();

/**
 * Node has no call for it without a flag at the start; set later, the flag holds for contexts made after. It is the
 * whole process's: taken back, it could be gone between another thread's setting it and making its context.
 */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('globalThis.gc');
  return typeof collect === 'function' ? () => void collect() : () => undefined;
}
