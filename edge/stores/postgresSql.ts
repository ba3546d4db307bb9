import type { NeonQueryFunction } from '@neondatabase/serverless';
import type { Clock } from '../clock.ts';
import type { Gauge } from './gauge.ts';
import type { Scope } from './scope.ts';
import { asStoreError, StoreError } from './storeError.ts';

/** Runs one statement over HTTP; parameters are data, never SQL. Throws StoreError. */
export interface PostgresSql {
  rows(scope: Scope, statement: string, parameters: readonly (string | number | null)[]): Promise<unknown[]>;
}

export interface PostgresSettings {
  readonly databaseUrl: string;
  readonly fetchEndpoint: string | null;
  /** A statement that takes longer is broken off. */
  readonly budgetMs: number;
  readonly gauge: Gauge;
  readonly clock: Clock;
}

/** Neon's HTTP driver: a connection costs nothing, each statement is one request. */
export function openPostgresSql(settings: PostgresSettings): PostgresSql {
  const { databaseUrl, fetchEndpoint, budgetMs, gauge, clock } = settings;
  let sql: NeonQueryFunction<false, false> | null = null;

  /** The driver is a fifth of what a start has to do, and most isolates never ask Postgres. */
  async function open() {
    const { neon, neonConfig } = await import('@neondatabase/serverless');
    if (fetchEndpoint !== null) neonConfig.fetchEndpoint = fetchEndpoint;
    return neon(databaseUrl);
  }

  async function run(statement: string, parameters: readonly (string | number | null)[]) {
    const abort = new AbortController();
    const cancel = clock.after(budgetMs, () => abort.abort());
    try {
      sql ??= await open();
      const rows = await sql.query(statement, [...parameters], { fetchOptions: { signal: abort.signal } });
      gauge.succeeded();
      return rows;
    } finally {
      cancel();
    }
  }

  return {
    async rows(scope, statement, parameters) {
      if (scope.gaveUp('postgres')) throw new StoreError('skipped', 'Postgres was too slow for this request');
      if (!gauge.allows()) throw new StoreError('skipped', 'Postgres is left alone after failures');
      try {
        return await scope.within('postgres', run(statement, parameters));
      } catch (cause) {
        const error = asStoreError(cause);
        gauge.failed(error);
        throw error;
      }
    },
  };
}
