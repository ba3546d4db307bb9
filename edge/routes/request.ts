import type { Context, ExecutionContext } from 'hono';

/** Keeps reads going after the answer; without a runtime around it (tests) they simply go on. */
export function background(c: Context): (promise: Promise<unknown>) => void {
  const context = contextOf(c);
  return (promise) => context?.waitUntil(promise);
}

/** The runtime around the request; undefined without one. */
export function contextOf(c: Context): ExecutionContext | undefined {
  try {
    return c.executionCtx;
  } catch {
    return undefined;
  }
}
