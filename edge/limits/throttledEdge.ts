import type { PersonalAccess } from '../content/personalAccess.ts';
import type { Edge } from '../edge.ts';
import { NOTHING_KEPT } from '../kept/keptAnswers.ts';
import { openReader, type Reader } from '../stores/ladder.ts';
import { type Caller, openScope, type Scope } from '../stores/scope.ts';
import type { Origin } from '../stores/store.ts';

/**
 * The edge for who asks too often: answers what is popular from what the isolate holds in memory, reads
 * no store, and says `source: throttled`.
 */
export function createThrottledEdge(edge: Edge): Edge {
  const defaults = { ...edge.defaults, source: 'throttled' as const };
  const stores = { ...edge.stores, defaults, postgres: null };
  return {
    ...edge,
    defaults,
    stores,
    rules: { ...edge.rules, read: () => edge.rules.held() },
    kept: NOTHING_KEPT,
    access: { of: () => NO_ACCESS },
    open: (caller) => marked(openReader(stores, memoryScope(edge, caller))),
  };
}

const NO_ACCESS: PersonalAccess = {
  ...{ personal: false, purchaseReasons: false, warning: null, provenSource: null },
};

/** A scope in which every store has given up already: what is in memory is found before it is asked. */
function memoryScope({ clock }: Edge, caller: Caller): Scope {
  const budgets = { kv: 0, postgres: 0 };
  const scope = openScope({ clock, budgets, totalMs: 0, caller });
  return {
    waitUntil: (promise) => caller.waitUntil(promise),
    within: (backend, read) => scope.within(backend, read),
    gaveUp: () => true,
    take: (key, read) => scope.take(key, read),
  };
}

function marked(reader: Reader): Reader {
  reader.note('limit', 'throttled');
  return {
    scope: reader.scope,
    degraded: reader.degraded,
    recentOrders: (person) => reader.recentOrders(person),
    note: (part, source) => reader.note(part, source),
    lastOrigin: () => throttled(reader.lastOrigin()),
    read(part, ask) {
      const { value, origin } = reader.read(part, ask);
      return { value, origin: throttled(origin) };
    },
  };
}

function throttled({ facts }: Origin): Origin {
  return { source: 'throttled', facts };
}
