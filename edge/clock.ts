/** Time and waiting, passed in so that tests decide what hangs. */
export interface Clock {
  /** Milliseconds since 1970. In a Worker it stands still between reads. */
  now(): number;
  /** Calls back after some milliseconds; returns what cancels it. */
  after(ms: number, call: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};
