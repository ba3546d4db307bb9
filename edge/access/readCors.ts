import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { Config } from '../config.ts';

const EXPOSED = ['etag', 'retry-after', 'server-timing', 'snapshot-age'];

/** Which pages' scripts may read: configured origins everywhere, any origin below some paths. No cookies. */
export function readCors({ CORS_ORIGINS, CORS_ANY_ORIGIN_PATHS }: Config): MiddlewareHandler {
  const origins = words(CORS_ORIGINS);
  const open = words(CORS_ANY_ORIGIN_PATHS);
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
  return async (c, next) => {
    if (c.req.method === 'OPTIONS') return await preflight(c, next);
    await next();
    // Hono's own would make the answer anew three times: its body would become a stream.
    const { headers } = c.res;
    const origin = allowed(c.req.header('origin') ?? '', c.req.path);
    if (origin !== null) headers.set('access-control-allow-origin', origin);
    headers.set('access-control-expose-headers', EXPOSED.join());
    headers.append('vary', 'Origin');
  };
}

function words(list: string): string[] {
  return list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
