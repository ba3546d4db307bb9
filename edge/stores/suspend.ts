/**
 * Lists are worked out without waiting, from what is in memory. Where something is not, the work is broken off
 * with this, and done again once it has been read: an answer from memory then costs no more than its work.
 * What was read, or failed to be read, is the request's own until it ends (scope.ts), so the work gets further
 * each time.
 */
export class Suspended {
  /** Never rejects. */
  readonly until: Promise<unknown>;
  constructor(until: Promise<unknown>) {
    this.until = until;
  }
}

/** Does the work, as often as it has to be broken off, until it is done. */
export async function settled<T>(work: () => T): Promise<T> {
  for (;;) {
    try {
      return work();
    } catch (thrown) {
      if (!(thrown instanceof Suspended)) throw thrown;
      await thrown.until;
    }
  }
}

/** Collects what several pieces of work have to wait for, so that it is waited for at once. */
export class Waits {
  readonly #waiting: Promise<unknown>[] = [];

  /** The work's result, or null when it was broken off. */
  attempt<T>(work: () => T): T | null {
    try {
      return work();
    } catch (thrown) {
      if (!(thrown instanceof Suspended)) throw thrown;
      this.#waiting.push(thrown.until);
      return null;
    }
  }

  /** Breaks off when one of them was. */
  check(): void {
    if (this.#waiting.length > 0) throw new Suspended(Promise.all(this.#waiting));
  }
}

/** Both results; what the two have to wait for is waited for at once. */
export function together<A, B>(one: () => A, other: () => B): [A, B] {
  const waits = new Waits();
  const results = [waits.attempt(one), waits.attempt(other)];
  waits.check();
  // Nothing was broken off.
  return results as [A, B];
}
