import { z } from 'zod';

const Statement = z.object({ query: z.string(), params: z.array(z.unknown()).default([]) });
type Statement = z.infer<typeof Statement>;

const Body = z.union([z.object({ queries: z.array(Statement) }), Statement]);

const isolationLevels = {
  ReadUncommitted: 'READ UNCOMMITTED',
  ReadCommitted: 'READ COMMITTED',
  RepeatableRead: 'REPEATABLE READ',
  Serializable: 'SERIALIZABLE',
} as const;

const Headers = z.object({
  'neon-connection-string': z.string(),
  'neon-array-mode': z.enum(['true', 'false']).default('false'),
  'neon-raw-text-output': z.enum(['true', 'false']).default('false'),
  'neon-batch-isolation-level': z
    .enum(['ReadUncommitted', 'ReadCommitted', 'RepeatableRead', 'Serializable'])
    .optional(),
  'neon-batch-read-only': z.enum(['true', 'false']).optional(),
  'neon-batch-deferrable': z.enum(['true', 'false']).optional(),
});

/** What one `POST /sql` asks for. */
export interface SqlRequest {
  readonly connectionString: string;
  readonly statements: readonly Statement[];
  /** The statement that opens the transaction of a batch; null for a single statement. */
  readonly begin: string | null;
  /** Rows as arrays, not objects. */
  readonly arrayMode: boolean;
  /** Cells as PostgreSQL's own text, not parsed. */
  readonly rawText: boolean;
}

/**
 * Reads a request of the Neon driver: `{query, params}` for one statement, `{queries: […]}` for a
 * batch in one transaction, everything else in headers.
 * @throws {z.ZodError | SyntaxError} when it is not such a request.
 */
export function readSqlRequest(headers: unknown, bodyText: string): SqlRequest {
  const options = Headers.parse(headers);
  const body = Body.parse(JSON.parse(bodyText));
  const isBatch = 'queries' in body;
  return {
    connectionString: options['neon-connection-string'],
    statements: isBatch ? body.queries : [body],
    begin: isBatch ? beginStatement(options) : null,
    arrayMode: options['neon-array-mode'] === 'true',
    rawText: options['neon-raw-text-output'] === 'true',
  };
}

function beginStatement(options: z.infer<typeof Headers>): string {
  const level = options['neon-batch-isolation-level'];
  const modes = ['BEGIN'];
  if (level !== undefined) modes.push(`ISOLATION LEVEL ${isolationLevels[level]}`);
  if (options['neon-batch-read-only'] !== undefined) {
    modes.push(options['neon-batch-read-only'] === 'true' ? 'READ ONLY' : 'READ WRITE');
  }
  if (options['neon-batch-deferrable'] === 'true') modes.push('DEFERRABLE');
  return modes.join(' ');
}
