import { DRILL_HEADER } from '../../shared/rules/drillFaults.ts';
import { type App, createApp } from '../app.ts';
import type { Edge, EdgeSettings } from '../edge.ts';
import type { RequestHead } from '../incoming.ts';
import type { Caller } from '../stores/scope.ts';
import { settled } from '../stores/suspend.ts';
import { createDrillEdge } from './drillEdge.ts';
import { createDrillReader } from './drillTicket.ts';

/** Which requests are part of a drill, and the app that answers them; null: not part of one. */
export interface Drills {
  /** By the signed header of the request. A ticket that is not valid is no drill. */
  byTicket(head: RequestHead): Promise<App | null>;
  /** By a drill of the whole shop, which comes with its rules. */
  byShop(caller: Caller): App | null;
}

export function createDrills(settings: EdgeSettings, edge: Edge): Drills {
  const { clock } = settings;
  const readDrill = createDrillReader(edge.config.DRILL_KEY, clock);
  let shop: { readonly faults: string; readonly app: App } | null = null;
  return {
    async byTicket({ headers }) {
      const header = headers.get(DRILL_HEADER);
      const faults = header === null ? null : await readDrill(header);
      // Made anew for each request, so that the faults meet nothing in memory.
      return faults === null ? null : createApp(createDrillEdge(settings, faults));
    },
    byShop(caller) {
      const { drill } = edge.rules.held().document;
      if (drill === undefined || clock.now() >= drill.until) return null;
      // The edge of the drill reads none of the shop's rules: that it was ended must be found out beside it.
      const reader = edge.open(caller);
      caller.waitUntil(settled(() => edge.rules.read(reader)));
      const faults = JSON.stringify(drill.faults);
      if (shop?.faults !== faults) shop = { faults, app: createApp(createDrillEdge(settings, drill.faults)) };
      return shop.app;
    },
  };
}
