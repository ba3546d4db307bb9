import { setImmediate } from 'node:timers/promises';

/** Work that stops for a moment at every yield. */
export type Steps<T> = Generator<void, T, void>;

/** Rows of purchases between two stops: some tens of milliseconds. */
export const ROWS_A_TURN = 500_000;

/** Does all of it now. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Lets whatever else the thread has to do have its turn at every stop: requests, answers of other threads. */
export async function inTurns<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await setImmediate();
  }
}
