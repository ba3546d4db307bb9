import type { ExecutionContext } from 'hono';
import { pathOf } from '../../../edge/address.ts';
import worker from '../../../edge/main.ts';

type Bindings = Parameters<typeof worker.fetch>[1];

/** As the runtime's own limiter does it in `wrangler dev`: a count a key and period, in this isolate. */
const counts = new Map<string, number>();
const limiter = {
  async limit({ key }: { key: string }): Promise<{ success: boolean }> {
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return { success: count < 1e9 };
  },
};
let points = 0;
const analytics = {
  writeDataPoint: () => {
    points += 1;
  },
};

let all: Bindings | null = null;

function withAll(env: Bindings): Bindings {
  all ??= env['EVERYTHING'] === '1' ? { ...env, READ_LIMIT: limiter, ANALYTICS: analytics } : env;
  return all;
}

/**
 * The Worker with limiter and analytics bound; and, since the runtime's clock stands still within a request,
 * `POST /calls?n=` asks it n times within one request, so that the time can be taken outside.
 */
export default {
  async fetch(request: Request, env: Bindings, context: ExecutionContext): Promise<Response> {
    if (pathOf(request.url) !== '/calls') return worker.fetch(request, withAll(env), context);
    const url = new URL(request.url);
    const paths = (await request.text()).split('\n');
    const calls = Number(url.searchParams.get('n'));
    // What the measuring itself takes: the request, an answer of as many bytes, and reading it.
    const answer = new Uint8Array(Number(url.searchParams.get('bytes')));
    const ask: typeof worker.fetch =
      answer.byteLength > 0
        ? async () => new Response(answer)
        : (...asked) => worker.fetch(asked[0], withAll(env), context);
    let bytes = 0;
    for (let i = 0; i < calls; i += 1) {
      const asked = new Request(`${url.origin}${paths[i % paths.length]}`);
      const response = await ask(asked, env, context);
      bytes += (await response.arrayBuffer()).byteLength;
    }
    return new Response(`${bytes} ${points}`);
  },
};
