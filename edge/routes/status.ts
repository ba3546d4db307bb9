import type { Hono } from 'hono';
import type { Source } from '../../shared/api/recommendation.ts';
import type { HealthAnswer, PublicStatus, StatusAnswer, StoreHealth } from '../../shared/api/status.ts';
import { READABLE_FORMATS } from '../../shared/snapshot/frame.ts';
import { accessOf } from '../access/access.ts';
import { jsonResponse } from '../answer.ts';
import { type Edge, NO_KEY } from '../edge.ts';
import type { RequestHead, RouteEnv } from '../incoming.ts';
import { ProblemError, problemResponse } from '../problem.ts';
import type { Caller } from '../stores/scope.ts';
import type { Store } from '../stores/store.ts';
import { settled } from '../stores/suspend.ts';

/** What the Worker answers from, and how it does. Always 200: it answers, from whatever store. */
export function statusRoutes(app: Hono<RouteEnv>, edge: Edge): void {
  app.get('/health', async (c) => {
    const store = await readStore(edge, c.env.incoming);
    const problems = problemsOf(edge, store.source);
    const health: HealthAnswer = {
      status: 'healthy',
      source: store.source,
      snapshot: store.facts.snapshot_id,
      personal_lists: personalLists(edge),
      problems: (await maySeeDetails(edge, c.env.incoming)) ? problems : told(problems),
    };
    return jsonResponse(health);
  });

  app.get('/health/live', () => jsonResponse({ status: 'healthy' }));

  app.get('/health/ready', async (c) => {
    const { source } = await readStore(edge, c.env.incoming);
    if (source !== 'defaults') return jsonResponse({ status: 'ready', source });
    const response = problemResponse(
      new ProblemError('not_ready', 'no store can be read; defaults are shown'),
    );
    response.headers.set('retry-after', '5');
    return response;
  });

  app.get('/api/v1/personalize/status', async (c) => {
    const status = await statusOf(edge, c.env.incoming);
    const all = await maySeeDetails(edge, c.env.incoming);
    return jsonResponse(all ? status : publicOf(status));
  });
}

/** How the shop does is for its own people: a read key with the scope `analytics`. */
async function maySeeDetails(edge: Edge, head: RequestHead): Promise<boolean> {
  return (await accessOf(head, edge.guard)).scopes.has('analytics');
}

/** Everything that is known of the service. */
export async function statusOf(edge: Edge, caller: Caller): Promise<StatusAnswer> {
  const { source, facts } = await readStore(edge, caller);
  const { counts } = facts;
  return {
    status: source === 'kv' && edge.problems.length === 0 ? 'ok' : 'degraded',
    version: edge.config.VERSION,
    snapshot_formats: [...READABLE_FORMATS],
    source,
    snapshot: facts.snapshot_id,
    generated_at: facts.generated_at,
    data_until: facts.data_until,
    coverage: {
      customers: counts['customer_coverage'] ?? null,
      products: counts['product_coverage'] ?? null,
      catalogue: counts['catalogue_coverage'] ?? null,
    },
    score_kind: facts.score_kind,
    counts: { ...counts },
    personal_lists: personalLists(edge),
    stores: {
      kv: healthOf(edge.gauges.kv.health(), edge.hasKv),
      postgres: healthOf(edge.gauges.postgres.health(), edge.stores.postgres !== null),
    },
    memory: edge.memory.size(),
    defaults: { generated_at: edge.defaults.facts.generated_at, products: edge.defaults.products },
    problems: problemsOf(edge, source),
  };
}

/** What everybody may know; named one by one, so that nothing new is told by mistake. */
function publicOf(all: StatusAnswer): PublicStatus {
  const { status, version, snapshot_formats, source, snapshot, generated_at, data_until, coverage } = all;
  return { status, version, snapshot_formats, source, snapshot, generated_at, data_until, coverage };
}

/** That there are problems is for everybody, which ones is not. */
function told(problems: readonly string[]): string[] {
  return problems.length === 0 ? [] : [`${problems.length}: a read key with the scope analytics shows them`];
}

/** The store a read would be answered from: the first that can be opened. */
async function readStore(edge: Edge, caller: Caller): Promise<Store> {
  const reader = edge.open(caller);
  const { value } = await settled(() => reader.read('snapshot', (store) => store));
  return value;
}

/** What somebody should look at: wrong settings, and a source that is not the one meant. */
function problemsOf(edge: Edge, source: Source): string[] {
  if (source === 'kv') return [...edge.problems];
  return [...edge.problems, `KV gives no live snapshot: answers come from ${source}`];
}

function personalLists(edge: Edge): StatusAnswer['personal_lists'] {
  return edge.keyer === null ? { on: false, why: NO_KEY } : { on: true, why: null };
}

function healthOf(health: StoreHealth, configured: boolean): StoreHealth {
  return configured ? health : { ...health, state: 'off' };
}
