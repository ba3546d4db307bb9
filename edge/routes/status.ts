import type { Hono } from 'hono';
import type { Source } from '../../shared/api/recommendation.ts';
import type { HealthAnswer, StatusAnswer, StoreHealth } from '../../shared/api/status.ts';
import { jsonResponse } from '../answer.ts';
import { type Edge, NO_KEY } from '../edge.ts';
import { ProblemError, problemResponse } from '../problem.ts';
import type { Store } from '../stores/store.ts';
import { background } from './request.ts';

/** What the Worker answers from, and how it does. Always 200: it answers, from whatever store. */
export function statusRoutes(app: Hono, edge: Edge): void {
  app.get('/health', async (c) => {
    const store = await readStore(edge, background(c));
    const health: HealthAnswer = {
      status: 'healthy',
      source: store.source,
      snapshot: store.facts.snapshot_id,
      personal_lists: personalLists(edge),
      problems: problemsOf(edge, store.source),
    };
    return jsonResponse(health);
  });

  app.get('/health/live', () => jsonResponse({ status: 'healthy' }));

  app.get('/health/ready', async (c) => {
    const { source } = await readStore(edge, background(c));
    if (source !== 'defaults') return jsonResponse({ status: 'ready', source });
    const response = problemResponse(
      new ProblemError('not_ready', 'no store can be read; defaults are shown'),
    );
    response.headers.set('retry-after', '5');
    return response;
  });

  app.get('/api/v1/personalize/status', async (c) => {
    const { source, facts } = await readStore(edge, background(c));
    const status: StatusAnswer = {
      status: source === 'kv' && edge.problems.length === 0 ? 'ok' : 'degraded',
      source,
      snapshot: facts.snapshot_id,
      generated_at: facts.generated_at,
      data_until: facts.data_until,
      score_kind: facts.score_kind,
      counts: { ...facts.counts },
      personal_lists: personalLists(edge),
      stores: {
        kv: healthOf(edge.gauges.kv.health(), edge.hasKv),
        postgres: healthOf(edge.gauges.postgres.health(), edge.stores.postgres !== null),
      },
      memory: edge.memory.size(),
      defaults: { generated_at: edge.defaults.facts.generated_at, products: edge.defaults.products },
      problems: problemsOf(edge, source),
    };
    return jsonResponse(status);
  });
}

/** The store a read would be answered from: the first that can be opened. */
async function readStore(edge: Edge, waitUntil: (promise: Promise<unknown>) => void): Promise<Store> {
  const { value } = await edge.open(waitUntil).read('snapshot', async (store) => store);
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
