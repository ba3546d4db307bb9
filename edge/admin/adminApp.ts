import { Hono } from 'hono';
import { cors } from 'hono/cors';
import type { RouteEnv } from '../incoming.ts';
import { ProblemError, problemResponse } from '../problem.ts';
import type { Administration } from './administration.ts';
import { auditRoutes } from './auditRoutes.ts';
import { drillRoutes } from './drillRoutes.ts';
import { ruleRoutes } from './ruleRoutes.ts';
import { snapshotRoutes } from './snapshotRoutes.ts';

/** The administration: an app of its own, made when it is first asked for. Storefronts' origins may not use it. */
export function createAdminApp(admin: Administration): Hono<RouteEnv> {
  const app = new Hono<RouteEnv>();
  const origins = admin.edge.config.ADMIN_ORIGINS.split(',').map((origin) => origin.trim());
  app.use(
    cors({
      origin: (origin) => (origins.includes(origin) ? origin : null),
      allowMethods: ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'],
      allowHeaders: ['authorization', 'content-type', 'if-match'],
      exposeHeaders: ['etag', 'retry-after'],
    }),
  );
  ruleRoutes(app, admin);
  snapshotRoutes(app, admin);
  auditRoutes(app, admin);
  drillRoutes(app, admin);
  app.notFound(() => problemResponse(new ProblemError('not_found', 'there is nothing at this address')));
  app.onError((error) => {
    if (error instanceof ProblemError) return problemResponse(error);
    console.error('unexpected error in the administration', error);
    return problemResponse(new ProblemError('internal_error', 'this is our fault and has been noted'));
  });
  return app;
}
