import type pg from 'pg';
import type { SqlRequest } from './sqlRequest.ts';

const asText = { getTypeParser: () => (value: string | Buffer) => value };

interface StatementResult {
  readonly command: string;
  readonly rowCount: number | null;
  readonly rows: readonly unknown[];
  readonly fields: readonly pg.FieldDef[];
  readonly rowAsArray: boolean;
}

/** The answer's body: one result, or `{results}` for a batch. */
export type SqlAnswer = StatementResult | { readonly results: readonly StatementResult[] };

/** Runs a request on a connection of its own; a batch is one transaction, all or nothing. */
export async function runSql(pool: pg.Pool, request: SqlRequest): Promise<SqlAnswer> {
  const client = await pool.connect();
  let broken = false;
  try {
    if (request.begin === null) {
      const [statement] = request.statements;
      return await runStatement(client, request, statement?.query ?? '', statement?.params ?? []);
    }
    return { results: await runBatch(client, request, request.begin) };
  } catch (error) {
    // A connection that cannot even roll back is of no more use.
    if (request.begin !== null)
      broken = await client.query('ROLLBACK').then(
        () => false,
        () => true,
      );
    throw error;
  } finally {
    client.release(broken);
  }
}

async function runBatch(
  client: pg.PoolClient,
  request: SqlRequest,
  begin: string,
): Promise<StatementResult[]> {
  const results: StatementResult[] = [];
  await client.query(begin);
  for (const { query, params } of request.statements) {
    results.push(await runStatement(client, request, query, params));
  }
  await client.query('COMMIT');
  return results;
}

async function runStatement(
  client: pg.PoolClient,
  request: SqlRequest,
  text: string,
  values: readonly unknown[],
): Promise<StatementResult> {
  const query: pg.QueryConfig & { queryMode: 'extended'; rowMode?: 'array' } = {
    text,
    values: [...values],
    // As Neon does: one statement a query, also without parameters.
    queryMode: 'extended',
    ...(request.arrayMode ? { rowMode: 'array' } : {}),
    ...(request.rawText ? { types: asText } : {}),
  };
  const result = await client.query(query);
  return {
    command: result.command,
    rowCount: result.rowCount,
    rows: result.rows,
    fields: result.fields,
    rowAsArray: request.arrayMode,
  };
}
