import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What is to become of a statement and its answer. */
export type StatementVerdict =
  | 'pass'
  /** The server gets it; the client's connection breaks before the answer. */
  | 'withhold'
  /** Neither the server nor anybody else ever hears of it, and the client waits. */
  | 'hang'
  /** The connection breaks before the server gets it. */
  | 'cut';

export interface PostgresGate {
  /** The connection string that leads through the gate. */
  readonly url: string;
  /** Asked about each statement before it is passed on. */
  onStatement: (sql: string) => StatementVerdict;
  /** Told when the server has begun to answer a statement, before and after the client gets that. */
  onAnswer: (sql: string, moment: 'before' | 'after') => void;
  stop(): Promise<void>;
}

/** Stands in front of PostgreSQL and understands as much of its protocol as it takes to see the statements, for tests. */
export async function startPostgresGate(databaseUrl: string): Promise<PostgresGate> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    relay(client, upstream, gate);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const gate: PostgresGate = {
    url: url.href,
    onStatement: () => 'pass',
    onAnswer: () => undefined,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return gate;
}

function relay(client: Socket, upstream: Socket, gate: PostgresGate): void {
  const reader = createStatementReader();
  let asked: string | null = null;
  let verdict: StatementVerdict = 'pass';
  client.on('data', (chunk) => {
    if (verdict === 'hang') return;
    for (const sql of reader(chunk)) {
      asked = sql;
      verdict = gate.onStatement(sql);
      if (verdict === 'cut') return void client.destroy();
      if (verdict === 'hang') return;
    }
    upstream.write(chunk);
  });
  upstream.on('data', (chunk) => {
    if (verdict === 'hang') return;
    const sql = asked;
    asked = null;
    if (sql !== null) gate.onAnswer(sql, 'before');
    if (verdict === 'withhold') return void client.destroy();
    client.write(chunk, () => {
      if (sql !== null) gate.onAnswer(sql, 'after');
    });
  });
}

const SSL_REQUEST = 80_877_103;
const LONGEST_STATEMENT = 4096;

/**
 * Finds the SQL in what a client sends (PostgreSQL manual, "Message Formats"): of Query ('Q') the text, of
 * Parse ('P') what follows the statement's name. Copied data and parameters are stepped over.
 */
function createStatementReader(): (chunk: Buffer) => string[] {
  let rest: Buffer = Buffer.alloc(0);
  /** Bytes of the present message that are of no interest. */
  let skip = 0;
  let started = false;
  return (chunk) => {
    const found: string[] = [];
    let buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const stepped = Math.min(skip, buffer.length);
      buffer = buffer.subarray(stepped);
      skip -= stepped;
      const head = started ? 5 : 8;
      if (skip > 0 || buffer.length < head) break;
      if (!started) {
        started = buffer.readInt32BE(4) !== SSL_REQUEST;
        skip = buffer.readInt32BE(0);
        continue;
      }
      const type = String.fromCharCode(buffer[0] ?? 0);
      const length = 1 + buffer.readInt32BE(1);
      if (type !== 'Q' && type !== 'P') {
        skip = length;
        continue;
      }
      const wanted = Math.min(length, LONGEST_STATEMENT);
      if (buffer.length < wanted) break;
      const fields = buffer.subarray(5, wanted).toString('utf8').split('\0');
      found.push((type === 'Q' ? fields[0] : fields[1]) ?? '');
      skip = length;
    }
    rest = skip > 0 ? Buffer.alloc(0) : Buffer.from(buffer);
    return found;
  };
}
