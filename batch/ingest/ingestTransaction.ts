import pg from 'pg';
import { requireSchema } from '../db/requireSchema.ts';
import { BatchError } from '../errors.ts';
import type { Log } from '../log.ts';

/** Any fixed number: one ingest at a time per database. */
export const INGEST_LOCK = 724_510_332;

interface IngestDatabase {
  readonly databaseUrl: string;
  readonly log: Log;
  readonly signal?: AbortSignal | undefined;
}

/** Runs one transaction: all of it or nothing. A second ingest on the same database waits for the first. */
export type Transact = <T>(work: (client: pg.ClientBase) => Promise<T>) => Promise<T>;

/**
 * Runs an ingest in one transaction. When the signal says stop, the connection is cut, whatever it was doing.
 * @throws BatchError database_unreachable, not_migrated; the signal's reason
 */
export async function inIngestTransaction<T>(
  database: IngestDatabase,
  work: (client: pg.ClientBase) => Promise<T>,
): Promise<T> {
  try {
    return await withIngestConnection(database, (transact) => transact(work));
  } catch (error) {
    throw database.signal?.aborted && error === database.signal.reason ? beginAnew(error) : error;
  }
}

/**
 * One connection for as many transactions as `work` makes, one after another. It is closed at the end, also
 * in the middle of a statement: nothing of an unfinished transaction stays.
 * @throws BatchError database_unreachable, not_migrated; the signal's reason
 */
export async function withIngestConnection<T>(
  { databaseUrl, log, signal }: IngestDatabase,
  work: (transact: Transact) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const client = new pg.Client({ connectionString: databaseUrl });
  // A connection that breaks between two statements is reported by the next one.
  client.on('error', () => undefined);
  const stopped = whenStopped(signal);
  const run = async () => {
    await connect(client);
    await requireSchema(client, log);
    return await work((part) => transact(client, log, part));
  };
  try {
    return await Promise.race([run(), stopped.rejection]);
  } finally {
    stopped.forget();
    await client.end().catch(() => undefined);
  }
}

async function transact<T>(
  client: pg.Client,
  log: Log,
  work: (client: pg.ClientBase) => Promise<T>,
): Promise<T> {
  await client.query('BEGIN');
  await waitForTurn(client, log);
  await client.query("SET LOCAL work_mem = '128MB'; SET LOCAL jit = off; SET LOCAL statement_timeout = 0");
  const result = await work(client);
  await client.query('COMMIT');
  return result;
}

/** Rejects with the signal's reason. Needed beside the work itself: a connection that is cut while it is being made never says so. */
function whenStopped(signal: AbortSignal | undefined) {
  let stop = (): void => undefined;
  const rejection = new Promise<never>((_, reject) => {
    stop = () => reject(signal?.reason);
  });
  signal?.addEventListener('abort', stop, { once: true });
  return { rejection, forget: () => signal?.removeEventListener('abort', stop) };
}

/** Other commands go on where they were stopped; of an ingest there is nothing to go on from. */
function beginAnew(reason: unknown): unknown {
  if (!(reason instanceof BatchError)) return reason;
  const { code, message, exitCode } = reason;
  const remedy = 'run the same command again: an ingest loads all or nothing';
  return new BatchError({ code, message, exitCode, remedy, cause: reason });
}

const MANY_ORDERS = 1000;

/** After much has changed, queries are planned with what is there now. */
export async function refreshStatistics(
  { databaseUrl }: { databaseUrl: string },
  changed: number,
): Promise<void> {
  if (changed < MANY_ORDERS) return;
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('ANALYZE products, customers, orders, order_items');
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function connect(client: pg.Client): Promise<void> {
  try {
    await client.connect();
  } catch (cause) {
    throw new BatchError({
      code: 'database_unreachable',
      message: `The database does not answer: ${cause instanceof Error ? cause.message || 'no connection' : ''}`,
      remedy: 'Check DATABASE_URL and that the server runs.',
      cause,
    });
  }
}

async function waitForTurn(client: pg.Client, log: Log): Promise<void> {
  const { rows } = await client.query('SELECT pg_try_advisory_xact_lock($1) AS free', [INGEST_LOCK]);
  if (rows[0]?.free === true) return;
  log.info('Another ingest is running on this database; waiting for it to end.');
  await client.query('SELECT pg_advisory_xact_lock($1)', [INGEST_LOCK]);
}
