import { channel } from 'node:diagnostics_channel';

/** One step of training or inference, told on the channel when it ended; costs nothing without a listener. */
export interface Phase {
  readonly name: string;
  readonly seconds: number;
}

/** Whoever measures subscribes; messages are `Phase`. Those of the calling thread may pass while
 * others work for it: then times add up to more than has passed. */
export const phases = channel('shop.engine.phase');

/** Times a synchronous step. */
export function timed<T>(name: string, work: () => T): T {
  if (!phases.hasSubscribers) return work();
  const from = performance.now();
  try {
    return work();
  } finally {
    publish(name, from);
  }
}

/** Times a step that others run for us. */
export async function timedAsync<T>(name: string, work: () => Promise<T>): Promise<T> {
  const from = performance.now();
  try {
    return await work();
  } finally {
    publish(name, from);
  }
}

function publish(name: string, from: number): void {
  if (!phases.hasSubscribers) return;
  phases.publish({ name, seconds: (performance.now() - from) / 1000 } satisfies Phase);
}
