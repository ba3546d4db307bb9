import bundled from 'bundled-defaults';
import type { ExecutionContext, Hono } from 'hono';
import { createApp } from './app.ts';
import { systemClock } from './clock.ts';
import { createEdge } from './edge.ts';
import type { KvNamespace } from './stores/kvReads.ts';

interface Bindings {
  readonly SNAPSHOTS?: KvNamespace;
  readonly [variable: string]: unknown;
}

/** One per isolate: its memory, breakers and caches are shared by all requests. */
let app: Hono | null = null;

export default {
  fetch(request: Request, env: Bindings, context: ExecutionContext): Response | Promise<Response> {
    app ??= createApp(createEdge({ env, kv: env.SNAPSHOTS ?? null, bundled, clock: systemClock }));
    return app.fetch(request, env, context);
  },
};
