import { type ExecutionContext, Hono } from 'hono';
import { readCors } from './access/readCors.ts';
import { givenResponse, type MadeAnswer } from './answer.ts';
import type { Edge } from './edge.ts';
import { pathOf } from './pathOf.ts';
import { ProblemError, problemResponse } from './problem.ts';
import { analyticsRoutes } from './routes/analytics.ts';
import { olderRoutes } from './routes/older.ts';
import { pageRoutes } from './routes/page.ts';
import { pairsRoutes } from './routes/pairs.ts';
import { popularRoutes } from './routes/popular.ts';
import { contextOf } from './routes/request.ts';
import { similarRoutes } from './routes/similar.ts';
import { statusRoutes } from './routes/status.ts';
import { bareIdRoute, userRoutes } from './routes/user.ts';

const READ_METHODS = 'GET, HEAD, OPTIONS';

/** The Worker's reads. */
export interface App {
  fetch(request: Request, context?: ExecutionContext): Response | Promise<Response>;
}

/**
 * What every answer carries is put on it here and not by middleware: a route without middleware is called at
 * once, one with it by way of a chain that takes as long as the list itself.
 */
export function createApp(edge: Edge): App {
  const routes = routesOf(edge);
  const cors = readCors(edge.config);
  routes.options('*', cors.preflight);
  return {
    fetch(request, context) {
      const { method } = request;
      const kept = method === 'GET' ? edge.kept.recall(request) : null;
      const answer = (known: MadeAnswer | null) =>
        known === null ? routes.fetch(request, {}, context) : givenResponse(request, known, edge.clock.now());
      const response = kept instanceof Promise ? kept.then(answer) : answer(kept);
      if (method === 'OPTIONS') return response;
      return response instanceof Promise
        ? response.then((given) => cors.mark(request, given))
        : cors.mark(request, response);
    },
  };
}

/** What a request needs of the outside stands in `edge`. */
function routesOf(edge: Edge): Hono {
  const app = new Hono({ getPath: addressOf });
  statusRoutes(app, edge);
  popularRoutes(app, edge);
  similarRoutes(app, edge);
  pageRoutes(app, edge);
  pairsRoutes(app, edge);
  analyticsRoutes(app, edge);
  olderRoutes(app, edge);
  userRoutes(app, edge);

  // Beside this one Hono's fast router could not tell the others apart: it is asked when they do not match.
  const rest = new Hono({ getPath: addressOf });
  bareIdRoute(rest, edge);
  app.notFound((c) => rest.fetch(c.req.raw, {}, contextOf(c)));
  rest.notFound(({ req: { method, path } }) => {
    if (method === 'GET' || method === 'HEAD')
      return problemResponse(new ProblemError('not_found', `there is nothing at ${path.slice(0, 200)}`));
    const allow = path === '/submit' ? 'POST' : READ_METHODS;
    const response = problemResponse(new ProblemError('method_not_allowed', `use ${allow}, not ${method}`));
    response.headers.set('allow', allow);
    return response;
  });
  for (const each of [app, rest]) each.onError(problemOf);
  return app;
}

function problemOf(error: Error): Response {
  if (error instanceof ProblemError) return problemResponse(error);
  console.error('unexpected error', error);
  return problemResponse(new ProblemError('internal_error', 'this is our fault and has been noted'));
}

/** The path without its trailing slash: both spellings are one address. */
function addressOf(request: Request): string {
  const path = pathOf(request.url);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
