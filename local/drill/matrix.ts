import { DRILL_FAULTS, DRILL_STORES, type DrillFaults } from '../../shared/rules/drillFaults.ts';

/** Each store alone, every pair of stores with every pair of faults, and pointer × shard × Postgres failing together. */
export function drillMatrix(quick: boolean): DrillFaults[] {
  const singles = DRILL_STORES.flatMap((store) =>
    DRILL_FAULTS.map((fault): DrillFaults => ({ [store]: fault })),
  );
  const all: DrillFaults = Object.fromEntries(DRILL_STORES.map((store) => [store, 'hanging']));
  if (quick) return [...singles, all];
  const broken = DRILL_FAULTS.filter((fault) => fault !== 'fine');
  const pairs = DRILL_STORES.flatMap((a, i) =>
    DRILL_STORES.slice(i + 1).flatMap((b) =>
      broken.flatMap((x) => broken.map((y): DrillFaults => ({ [a]: x, [b]: y }))),
    ),
  );
  const three = ['fine', 'error', 'hanging'] as const;
  const triples = three.flatMap((pointer) =>
    three.flatMap((shard) => three.map((postgres): DrillFaults => ({ pointer, shard, postgres }))),
  );
  return [...singles, ...pairs, ...triples, all];
}

/** How the header names them. */
export function orderOf(faults: DrillFaults): string {
  return Object.entries(faults)
    .map(([store, fault]) => `${store}=${fault}`)
    .join();
}
