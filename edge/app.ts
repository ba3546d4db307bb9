import { Hono } from 'hono';
import { readCors } from './access/readCors.ts';
import type { Edge } from './edge.ts';
import { pathOf } from './pathOf.ts';
import { ProblemError, problemResponse } from './problem.ts';
import { analyticsRoutes } from './routes/analytics.ts';
import { olderRoutes } from './routes/older.ts';
import { pageRoutes } from './routes/page.ts';
import { pairsRoutes } from './routes/pairs.ts';
import { popularRoutes } from './routes/popular.ts';
import { similarRoutes } from './routes/similar.ts';
import { statusRoutes } from './routes/status.ts';
import { userRoutes } from './routes/user.ts';

const SECURITY_HEADERS: readonly (readonly [string, string])[] = [
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
];
const READ_METHODS = 'GET, HEAD, OPTIONS';

/** The Worker's routes. What a request needs of the outside stands in `edge`. */
export function createApp(edge: Edge): Hono {
  const app = new Hono({ getPath: addressOf });
  app.use(async (c, next) => {
    await next();
    // Set on the answer itself: c.header() would make a new Response for each of them.
    const { headers } = c.res;
    for (const [name, value] of SECURITY_HEADERS) headers.set(name, value);
  });
  app.use(readCors(edge.config));
  statusRoutes(app, edge);
  popularRoutes(app, edge);
  similarRoutes(app, edge);
  pageRoutes(app, edge);
  pairsRoutes(app, edge);
  analyticsRoutes(app, edge);
  olderRoutes(app, edge);
  userRoutes(app, edge);

  app.notFound(({ req: { method, path } }) => {
    if (method === 'GET' || method === 'HEAD')
      return problemResponse(new ProblemError('not_found', `there is nothing at ${path.slice(0, 200)}`));
    const allow = path === '/submit' ? 'POST' : READ_METHODS;
    const response = problemResponse(new ProblemError('method_not_allowed', `use ${allow}, not ${method}`));
    response.headers.set('allow', allow);
    return response;
  });
  app.onError((error) => {
    if (error instanceof ProblemError) return problemResponse(error);
    console.error('unexpected error', error);
    return problemResponse(new ProblemError('internal_error', 'this is our fault and has been noted'));
  });
  return app;
}

/** The path without its trailing slash: both spellings are one address. */
function addressOf(request: Request): string {
  const path = pathOf(request.url);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
