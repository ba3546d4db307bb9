import { Hono } from 'hono';
import { readCors } from './access/readCors.ts';
import { pathOf } from './address.ts';
import { givenResponse } from './answer.ts';
import type { Edge } from './edge.ts';
import type { Incoming, RouteEnv } from './incoming.ts';
import { ProblemError, problemResponse } from './problem.ts';
import { analyticsRoutes } from './routes/analytics.ts';
import { olderRoutes } from './routes/older.ts';
import { pageRoutes } from './routes/page.ts';
import { pairsRoutes } from './routes/pairs.ts';
import { popularRoutes } from './routes/popular.ts';
import { similarRoutes } from './routes/similar.ts';
import { statusRoutes } from './routes/status.ts';
import { bareIdRoute, userRoutes } from './routes/user.ts';
import { whenKnown } from './whenKnown.ts';

const READ_METHODS = 'GET, HEAD, OPTIONS';

/** The Worker's reads. */
export interface App {
  fetch(incoming: Incoming): Response | Promise<Response>;
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
    fetch(incoming) {
      const { request, method, context } = incoming;
      const response = whenKnown(method === 'GET' ? edge.kept.recall(incoming) : null, (kept) => {
        if (kept === null) return routes.fetch(request, { incoming }, context);
        incoming.isKept = true;
        return givenResponse(incoming, kept, incoming.at);
      });
      if (method === 'OPTIONS') return response;
      return whenKnown(response, (given) => cors.mark(incoming, given));
    },
  };
}

/** What a request needs of the outside stands in `edge`. */
function routesOf(edge: Edge): Hono<RouteEnv> {
  const app = new Hono<RouteEnv>({ getPath: addressOf });
  statusRoutes(app, edge);
  popularRoutes(app, edge);
  similarRoutes(app, edge);
  pageRoutes(app, edge);
  pairsRoutes(app, edge);
  analyticsRoutes(app, edge);
  olderRoutes(app, edge);
  userRoutes(app, edge);

  // Beside this one Hono's fast router could not tell the others apart: it is asked when they do not match.
  const rest = new Hono<RouteEnv>({ getPath: addressOf });
  bareIdRoute(rest, edge);
  app.notFound((c) => rest.fetch(c.req.raw, c.env, c.env.incoming.context));
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
