import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { Config } from '../config.ts';
import type { Incoming } from '../incoming.ts';

const EXPOSED = ['etag', 'retry-after', 'server-timing', 'snapshot-age'];
const EXPOSED_NAMES = EXPOSED.join();

export interface ReadCors {
  /** Answers OPTIONS. */
  readonly preflight: MiddlewareHandler;
  /** Says on an answer who may read it. */
  mark(incoming: Incoming, answer: Response): Response;
}

/** Which pages' scripts may read: configured origins everywhere, any origin below some paths. No cookies. */
export function readCors({ CORS_ORIGINS, CORS_ANY_ORIGIN_PATHS }: Config): ReadCors {
  const origins = words(CORS_ORIGINS);
  const open = words(CORS_ANY_ORIGIN_PATHS);
  const hasOrigins = origins.length > 0 || open.length > 0;
  const allowed = (origin: string, path: string) => {
    if (origins.includes('*') || open.some((prefix) => path.startsWith(prefix))) return '*';
    return origins.includes(origin) ? origin : null;
  };
  const preflight = cors({
    origin: (origin, { req: { path } }) => allowed(origin, path),
    allowMethods: ['GET', 'HEAD', 'POST', 'OPTIONS'],
    allowHeaders: ['authorization', 'content-type', 'if-none-match', 'sec-gpc'],
    exposeHeaders: EXPOSED,
    maxAge: 86_400,
  });
  return {
    preflight,
    // Hono's own would make the answer anew three times: its body would become a stream.
    mark(incoming, answer) {
      if (!hasOrigins) return answer;
      const { headers } = answer;
      const origin = allowed(incoming.headers.get('origin') ?? '', incoming.path);
      if (origin !== null) headers.set('access-control-allow-origin', origin);
      headers.set('access-control-expose-headers', EXPOSED_NAMES);
      headers.append('vary', 'Origin');
      return answer;
    },
  };
}

function words(list: string): string[] {
  return list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
