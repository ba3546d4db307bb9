import * as z from 'zod';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { ProblemError } from '../problem.ts';
import { createGauge } from '../stores/gauge.ts';
import { openPostgresSql } from '../stores/postgresSql.ts';
import { NOBODY, openScope } from '../stores/scope.ts';
import { StoreError } from '../stores/storeError.ts';

/** KV as the administration uses it: it also writes. */
export interface AdminKv {
  get(key: string, options: { type: 'arrayBuffer'; cacheTtl: number }): Promise<ArrayBuffer | null>;
  put(key: string, value: string): Promise<void>;
}

/** Postgres as the administration asks it: with patience, and by its own breaker. */
export interface AdminSql {
  /** The rows of one statement, checked. Throws ProblemError `unavailable`. */
  rows<S extends z.ZodType>(
    row: S,
    statement: string,
    parameters: readonly (string | number | null)[],
  ): Promise<z.infer<S>[]>;
}

const PATIENCE_MS = 8_000;
/** The least KV allows. */
export const FRESH = { type: 'arrayBuffer', cacheTtl: 30 } as const;

export function openAdminSql(config: Config, clock: Clock): AdminSql {
  const { DATABASE_URL: databaseUrl, NEON_FETCH_ENDPOINT: fetchEndpoint } = config;
  if (databaseUrl === null) return { rows: () => Promise.reject(unavailable('no DATABASE_URL is set')) };
  const sql = openPostgresSql({
    databaseUrl,
    fetchEndpoint,
    budgetMs: PATIENCE_MS,
    // An administrator's question is always asked: never skipped.
    gauge: createGauge(clock, 0),
    clock,
  });
  const budgets = { kv: PATIENCE_MS, postgres: PATIENCE_MS };
  return {
    async rows(row, statement, parameters) {
      const scope = openScope({ clock, budgets, totalMs: PATIENCE_MS, caller: NOBODY });
      try {
        return z.array(row).parse(await sql.rows(scope, statement, parameters));
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        console.error('the administration cannot reach Postgres', error.message);
        throw unavailable('Postgres cannot be reached: nothing was changed, or the answer was lost');
      }
    },
  };
}

/** The namespace, whose failures become ProblemError `unavailable`. */
export function openAdminKv(kv: AdminKv | null): AdminKv {
  const failed = (cause: unknown): never => {
    console.error('the administration cannot reach KV', cause);
    throw unavailable('KV cannot be reached');
  };
  const none = () => Promise.reject(unavailable('no KV namespace is bound as SNAPSHOTS'));
  if (kv === null) return { get: none, put: none };
  return {
    get: (key, options) => kv.get(key, options).catch(failed),
    put: (key, value) => kv.put(key, value).catch(failed),
  };
}

export function unavailable(detail: string): ProblemError {
  return new ProblemError('unavailable', detail);
}
