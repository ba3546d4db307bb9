import type { Context } from 'hono';

/** Keeps reads going after the answer; without a runtime around it (tests) they simply go on. */
export function background(c: Context): (promise: Promise<unknown>) => void {
  try {
    const context = c.executionCtx;
    return (promise) => context.waitUntil(promise);
  } catch {
    return () => undefined;
  }
}
