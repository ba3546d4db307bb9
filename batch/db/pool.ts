import pg from 'pg';
import { BatchError } from '../errors.ts';

/** Connections for a run. A connection that breaks while idle is replaced, not a reason to die. */
export function createPool(databaseUrl: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'batch',
    max: 6,
    keepAlive: true,
    connectionTimeoutMillis: 15_000,
  });
  pool.on('error', () => undefined);
  return pool;
}

/** Ends the pool; connections that a stopped step still holds are not waited for long: the process ends anyway. */
export async function closePool(pool: pg.Pool): Promise<void> {
  const patience = new Promise<void>((resolve) => {
    setTimeout(resolve, 2000).unref();
  });
  await Promise.race([pool.end().catch(() => undefined), patience]);
}

/** Runs `work` in one transaction: committed when it resolves, rolled back when it throws. */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
  mode = '',
): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query(`BEGIN ${mode}`);
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    // A connection whose state is unknown (a COPY was cut off) is closed: the server rolls back.
    client.release(true);
    throw error;
  }
}

/** Turns "connection refused" and its like into a message with a remedy; leaves other errors alone. */
export function explainDatabaseError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reasons: Record<string, string> = {
    ECONNREFUSED: 'nothing answers at the address',
    ENOTFOUND: 'the host name is not known',
    EAI_AGAIN: 'the host name cannot be looked up',
    ETIMEDOUT: 'no answer came in time',
    ECONNRESET: 'the connection was cut',
    '28P01': 'the user name or the password is wrong',
    '28000': 'the user may not connect',
    '3D000': 'the database does not exist',
    '53300': 'it has no connection left',
    '57P01': 'it is being shut down',
    '57P03': 'it is starting up or shutting down',
    '42P01': 'it lacks a table: it has not been migrated',
    '42703': 'it lacks a column: it has not been migrated',
  };
  const timedOut = error instanceof Error && /timeout exceeded|Connection terminated/.test(error.message);
  const reason = reasons[code] ?? (timedOut ? 'the connection was lost or never came about' : undefined);
  if (reason === undefined || error instanceof BatchError) return error;
  const migrate = code.startsWith('42');
  return new BatchError({
    code: migrate ? 'not_migrated' : 'database_unreachable',
    message: `the database cannot be used: ${reason}`,
    remedy: migrate
      ? 'run: npm run migrate'
      : 'check DATABASE_URL and that PostgreSQL runs and lets this machine in; a run goes on where it stopped with batch run',
    cause: error,
  });
}
