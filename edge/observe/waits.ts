/** A store that requests wait for. */
type Backend = 'kv' | 'postgres';

interface Wait {
  /** Reads of the store that are being waited for. */
  open: number;
  since: number;
  ms: number;
}

const waits = new WeakMap<Request, Map<Backend, Wait>>();

/**
 * Counts what a request waits for, until the returned function is called. Reads of a store at the same time
 * count once: what counts is the time in which the answer could not go on for want of that store. An answer
 * from memory comes by without being noted.
 * @param now milliseconds since 1970
 */
export function noteWait(request: Request, backend: Backend, now: () => number): () => void {
  const known = waits.get(request) ?? new Map<Backend, Wait>();
  const wait = known.get(backend) ?? { open: 0, since: 0, ms: 0 };
  waits.set(request, known.set(backend, wait));
  if (wait.open++ === 0) wait.since = now();
  return () => {
    if (--wait.open === 0) wait.ms += now() - wait.since;
  };
}

/** Server-Timing (W3C): all that was waited for, then of it each store that was waited for. */
export function serverTiming(request: Request, waitedMs: number): string {
  let text = `io;dur=${waitedMs}`;
  for (const [backend, { ms }] of waits.get(request) ?? []) text += `, ${backend};dur=${ms}`;
  return text;
}
