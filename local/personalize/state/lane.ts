export interface Lane {
  /** Runs `work` when a place is free; rejects when the signal aborts before that. */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** Lets at most `width` pieces of work run at once, in the order they came. */
export function createLane(width: number): Lane {
  let free = width;
  const waiting: (() => void)[] = [];

  const enter = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      if (free > 0) {
        free--;
        return resolve();
      }
      const turn = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        const place = waiting.indexOf(turn);
        if (place >= 0) waiting.splice(place, 1);
        reject(signal.reason);
      };
      waiting.push(turn);
      signal.addEventListener('abort', leave, { once: true });
    });

  const exit = () => {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  };

  return {
    run: async (signal, work) => {
      await enter(signal);
      try {
        return await work();
      } finally {
        exit();
      }
    },
  };
}
