import pg from 'pg';

/**
 * Connections for a run. One that breaks while idle is replaced; one that breaks at work fails what it was at.
 * Neither is a reason to die, as an error event that nobody listens to would be.
 */
export function createPool(databaseUrl: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'batch',
    max: 6,
    keepAlive: true,
    connectionTimeoutMillis: 15_000,
  });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  return pool;
}

/** Ends the pool; connections that a stopped step still holds are not waited for long: the process ends anyway. */
export async function closePool(pool: pg.Pool): Promise<void> {
  const patience = new Promise<void>((resolve) => {
    setTimeout(resolve, 2000).unref();
  });
  await Promise.race([pool.end().catch(() => undefined), patience]);
}

/** Connections for as long as `work` goes on. */
export async function withPool<T>(databaseUrl: string, work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const pool = createPool(databaseUrl);
  try {
    return await work(pool);
  } finally {
    await closePool(pool);
  }
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
