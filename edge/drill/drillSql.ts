import type { PostgresSql } from '../stores/postgresSql.ts';
import type { Scope } from '../stores/scope.ts';
import { type DrillSettings, delayed } from './drillKv.ts';

/** Postgres as it would be with a fault. */
export function drillSql(sql: PostgresSql, { faults, clock, budgetMs }: DrillSettings): PostgresSql {
  const fault = faults.postgres ?? 'fine';
  if (fault === 'fine' || fault === 'stale') return sql;
  return {
    ...sql,
    async rows(scope: Scope, statement, parameters) {
      await scope.within('postgres', delayed(fault, clock, budgetMs));
      if (fault === 'missing') return [];
      const rows = await sql.rows(scope, statement, parameters);
      return fault === 'slow' ? rows : rows.map(() => ({}));
    },
  };
}
