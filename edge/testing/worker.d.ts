/** What the tests inside the Worker runtime use of its test modules. */
declare module 'cloudflare:workers' {
  export const env: { readonly SNAPSHOTS: import('./workerKv.ts').WritableKv };
  export const exports: { readonly default: { fetch(url: string, init?: RequestInit): Promise<Response> } };
}
declare module 'cloudflare:test' {
  export function createExecutionContext(): import('hono').ExecutionContext;
  export function waitOnExecutionContext(context: import('hono').ExecutionContext): Promise<void>;
  export function reset(): Promise<void>;
}
