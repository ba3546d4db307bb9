import pg, { type ClientBase } from 'pg';
import { z } from 'zod';
import { BatchError, EXIT } from '../errors.ts';
import { holderForPeople, isCertainlyDead } from './holder.ts';

/** The right to change what is live, held by one process at a time. */
export interface Lease {
  readonly holder: string;
  /** Grows with every change of hands. */
  readonly token: bigint;
  /**
   * Throws BatchError `lease_lost` unless this process still holds the lease by the database's clock.
   * Call it inside the transaction of every statement that goes live: it locks the lease's row until
   * the transaction ends, so that nobody can take over in between.
   */
  assertHeld(transaction: ClientBase): Promise<void>;
}

export interface HeldLease extends Lease {
  /** Aborted with a BatchError `lease_lost` when another process took over or the database is out of reach. */
  readonly lost: AbortSignal;
  /** Lets the next process in at once. Never throws. */
  release(): Promise<void>;
}

interface LeaseRequest {
  readonly databaseUrl: string;
  readonly name: string;
  /** describeHolder() of this process. */
  readonly holder: string;
  readonly ttlMs: number;
}

/**
 * Takes the lease, or throws BatchError `busy` that names who holds it and until when.
 * Its own connection renews it three times per `ttlMs`, so a long statement elsewhere never lets it lapse.
 * The lease of a process that is certainly dead on this machine is taken over at once.
 */
export async function acquireLease(request: LeaseRequest): Promise<HeldLease> {
  const client = await connect(request.databaseUrl);
  try {
    const token = await take(client, request);
    return keep(client, request, token);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

async function connect(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'batch lease',
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    // A renewal that hangs is as bad as one that failed.
    query_timeout: 10_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

const TakenRow = z.object({ token: z.string().transform(BigInt) });
const HolderRow = z.object({
  holder: z.string(),
  token: z.string(),
  until: z.date(),
  seconds: z.number(),
});

/** Milliseconds as an interval of the database's own clock: clocks of machines differ. */
const EXPIRY = `clock_timestamp() + $3 * interval '1 millisecond'`;

async function take(client: pg.Client, { name, holder, ttlMs }: LeaseRequest): Promise<bigint> {
  const present = await readHolder(client, name);
  // Only that very tenure is overridden: if somebody else was quicker, the token has moved on.
  const dead = present !== null && isCertainlyDead(present.holder) ? present.token : '-1';
  const taken = await client.query(
    `INSERT INTO lease (name, holder, token, expires_at) VALUES ($1, $2, 1, ${EXPIRY})
     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, token = lease.token + 1, expires_at = ${EXPIRY}
     WHERE lease.expires_at <= clock_timestamp() OR lease.token = $4
     RETURNING token`,
    [name, holder, ttlMs, dead],
  );
  if (taken.rows.length > 0) return TakenRow.parse(taken.rows[0]).token;
  throw busy(await readHolder(client, name));
}

async function readHolder(client: pg.Client, name: string): Promise<z.infer<typeof HolderRow> | null> {
  const answer = await client.query(
    `SELECT holder, token, expires_at AS until,
            ceil(extract(epoch FROM expires_at - clock_timestamp()))::float8 AS seconds
     FROM lease WHERE name = $1`,
    [name],
  );
  return answer.rows.length === 0 ? null : HolderRow.parse(answer.rows[0]);
}

function busy(present: z.infer<typeof HolderRow> | null): BatchError {
  const who = present === null ? 'another process' : holderForPeople(present.holder);
  const until = present?.until.toISOString() ?? 'soon';
  return new BatchError({
    code: 'busy',
    message: `another batch is at work: ${who} holds the lease until ${until} and renews it while it lives`,
    remedy: `wait until it ends (batch status shows how far it is); if that process is gone, the lease lapses by itself in ${Math.max(1, present?.seconds ?? 1)} s`,
    exitCode: EXIT.busy,
  });
}

function lost(reason: string, cause?: unknown): BatchError {
  return new BatchError({
    code: 'lease_lost',
    message: `this process no longer holds the lease: ${reason}`,
    remedy: 'nothing was made live by it; run batch run again, it goes on where this one stopped',
    cause,
  });
}

function keep(first: pg.Client, request: LeaseRequest, token: bigint): HeldLease {
  const { name, holder, ttlMs } = request;
  const gone = new AbortController();
  let client = first;
  let renewedAt = performance.now();
  let beating: Promise<void> = Promise.resolve();

  const renew = async (): Promise<void> => {
    const answer = await client.query(
      `UPDATE lease SET expires_at = ${EXPIRY} WHERE name = $1 AND holder = $2 AND token = $4`,
      [name, holder, ttlMs, token.toString()],
    );
    if (answer.rowCount === 0) gone.abort(lost('another process took over'));
    else renewedAt = performance.now();
  };
  const reconnect = async (cause: unknown): Promise<void> => {
    if (performance.now() - renewedAt > ttlMs) return gone.abort(lost('the database is out of reach', cause));
    await client.end().catch(() => undefined);
    client = await connect(request.databaseUrl);
    await renew();
  };
  const beat = (): void => {
    beating = beating.then(() => renew().catch((error: unknown) => reconnect(error).catch(() => undefined)));
  };
  const timer = setInterval(beat, ttlMs / 3);
  timer.unref();

  return {
    holder,
    token,
    lost: gone.signal,
    assertHeld: (transaction) => assertHeld(transaction, { name, holder, token }),
    release: async () => {
      clearInterval(timer);
      await beating;
      // The row stays: its token must go on growing.
      await client
        .query(`UPDATE lease SET expires_at = 'epoch' WHERE name = $1 AND holder = $2 AND token = $3`, [
          name,
          holder,
          token.toString(),
        ])
        .catch(() => undefined);
      await client.end().catch(() => undefined);
    },
  };
}

async function assertHeld(
  transaction: ClientBase,
  { name, holder, token }: { name: string; holder: string; token: bigint },
): Promise<void> {
  const answer = await transaction.query(
    `SELECT 1 FROM lease
     WHERE name = $1 AND holder = $2 AND token = $3 AND expires_at > clock_timestamp() FOR UPDATE`,
    [name, holder, token.toString()],
  );
  if (answer.rowCount === 0) throw lost('it expired or another process took over');
}
