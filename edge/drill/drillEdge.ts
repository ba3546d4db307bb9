import type { DrillFaults } from '../../shared/rules/drillFaults.ts';
import { readConfig } from '../config.ts';
import { createEdge, type Edge, type EdgeSettings } from '../edge.ts';
import { drillKv } from './drillKv.ts';
import { drillSql } from './drillSql.ts';

/** A part of an isolate's memory: the shop's own parts stay where they are. */
const DRILL_MEMORY_BYTES = 16_000_000;

/** A fresh isolate's worth of edge whose stores fail as ordered. */
export function createDrillEdge(settings: EdgeSettings, faults: DrillFaults): Edge {
  const { config } = readConfig(settings.env);
  const { clock, kv } = settings;
  const budgets = {
    KV_BUDGET_MS: Math.min(config.KV_BUDGET_MS, 150),
    POSTGRES_BUDGET_MS: Math.min(config.POSTGRES_BUDGET_MS, 400),
    TOTAL_BUDGET_MS: Math.min(config.TOTAL_BUDGET_MS, 600),
  };
  const forKv = { faults, clock, budgetMs: budgets.KV_BUDGET_MS };
  const forSql = { faults, clock, budgetMs: budgets.POSTGRES_BUDGET_MS };
  return createEdge({
    ...settings,
    // A laptop's patience would hide what a shopper waits for.
    env: { ...settings.env, ...budgets, MEMORY_BYTES: DRILL_MEMORY_BYTES, ANSWER_BYTES: 0 },
    kv: kv === null ? null : drillKv(kv, forKv),
    disturb: (sql) => drillSql(sql, forSql),
  });
}
