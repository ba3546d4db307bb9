/** A store that requests wait for. */
export type Backend = 'kv' | 'postgres';

interface Wait {
  /** Reads of the store that are being waited for. */
  open: number;
  since: number;
  ms: number;
}

/** What one request waits for. */
export class WaitTimes {
  readonly #waits = new Map<Backend, Wait>();

  /**
   * Counts until the returned function is called. Reads of a store at the same time count once: what counts is
   * the time in which the answer could not go on for want of that store. An answer from memory comes by
   * without being noted.
   * @param now milliseconds since 1970
   */
  begin(backend: Backend, now: () => number): () => void {
    const wait = this.#waits.get(backend) ?? { open: 0, since: 0, ms: 0 };
    this.#waits.set(backend, wait);
    if (wait.open++ === 0) wait.since = now();
    return () => {
      if (--wait.open === 0) wait.ms += now() - wait.since;
    };
  }

  /** Each store that was waited for, as Server-Timing (W3C) lists it behind other entries. */
  toString(): string {
    let text = '';
    for (const [backend, { ms }] of this.#waits) text += `, ${backend};dur=${ms}`;
    return text;
  }
}
