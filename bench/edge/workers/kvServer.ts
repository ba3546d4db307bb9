/** Stands for Workers KV's servers: values from files, kept in this Worker's memory once read. */
interface Bindings {
  readonly FILES: { fetch(url: string): Promise<Response> };
  /** `error`: every read is answered 503. */
  readonly FAULT?: string;
}

const held = new Map<string, ArrayBuffer | null>();

export default {
  async fetch(request: Request, env: Bindings): Promise<Response> {
    if (env.FAULT === 'error') return new Response('down', { status: 503 });
    const key = decodeURIComponent(new URL(request.url).pathname.slice(1));
    let value = held.get(key);
    if (value === undefined) {
      const file = await env.FILES.fetch(`http://files/${key}`);
      value = file.ok ? await file.arrayBuffer() : null;
      held.set(key, value);
    }
    return value === null ? new Response(null, { status: 404 }) : new Response(value);
  },
};
