import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { Config } from '../config.ts';

/** Which pages' scripts may read: configured origins everywhere, any origin below some paths. No cookies. */
export function readCors({ CORS_ORIGINS, CORS_ANY_ORIGIN_PATHS }: Config): MiddlewareHandler {
  const origins = words(CORS_ORIGINS);
  const open = words(CORS_ANY_ORIGIN_PATHS);
  return cors({
    origin(origin, { req: { path } }) {
      if (origins.includes('*') || open.some((prefix) => path.startsWith(prefix))) return '*';
      return origins.includes(origin) ? origin : null;
    },
    allowMethods: ['GET', 'HEAD', 'POST', 'OPTIONS'],
    allowHeaders: ['authorization', 'content-type', 'if-none-match', 'sec-gpc'],
    exposeHeaders: ['etag', 'retry-after', 'server-timing', 'snapshot-age'],
    maxAge: 86_400,
  });
}

function words(list: string): string[] {
  return list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
