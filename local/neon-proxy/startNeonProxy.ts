import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import pg from 'pg';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { findFreePort } from '../freePort.ts';
import { runSql } from './runSql.ts';
import { readSqlRequest } from './sqlRequest.ts';
import { tunnelTo } from './tunnel.ts';

export interface NeonProxyOptions {
  /** The only server that can be reached through this proxy. */
  readonly postgresUrl: string;
  readonly port?: number;
}

export interface NeonProxy {
  /** `http://127.0.0.1:P`; SQL over HTTP is at `/sql`, the WebSocket tunnel at `/v2?address=host:port`. */
  readonly url: string;
  /** For the driver's `neonConfig.fetchEndpoint`. */
  readonly fetchEndpoint: string;
  readonly port: number;
  stop(): Promise<void>;
}

interface Server {
  readonly host: string;
  readonly port: number;
}

/** Neon's own limit for a request. */
const BODY_LIMIT_BYTES = 64_000_000;
const CONNECTIONS_PER_DATABASE = 10;

/**
 * Speaks Neon's HTTP and WebSocket protocols in front of an ordinary PostgreSQL, so that the Worker
 * runs its real driver. Users, passwords and databases are those of the connection string the
 * driver sends; it is refused when it names another server. Loopback only.
 */
export async function startNeonProxy(options: NeonProxyOptions): Promise<NeonProxy> {
  const server = serverOf(options.postgresUrl);
  const pools = new Map<string, pg.Pool>();
  const http = createServer((request, response) => {
    void answer(request, response, { server, pools });
  });
  const sockets = new WebSocketServer({ server: http, path: '/v2' });
  sockets.on('connection', (socket, request) => {
    socket.on('error', () => socket.terminate());
    tunnelTo(server, new URL(request.url ?? '/', 'http://localhost').searchParams.get('address'), socket);
  });
  const port = await findFreePort(options.port);
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    fetchEndpoint: `${url}/sql`,
    port,
    async stop() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await Promise.all([...pools.values()].map((pool) => pool.end()));
    },
  };
}

interface Context {
  readonly server: Server;
  readonly pools: Map<string, pg.Pool>;
}

async function answer(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  if (request.method !== 'POST' || request.url !== '/sql') {
    reply(response, 404, { message: 'Only POST /sql and the WebSocket /v2 are here.' });
    return;
  }
  try {
    const sql = readSqlRequest(request.headers, await readBody(request));
    reply(response, 200, await runSql(poolFor(sql.connectionString, context), sql));
  } catch (error) {
    replyWithError(response, error);
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) throw new SyntaxError('the body is not bytes');
    size += chunk.length;
    if (size > BODY_LIMIT_BYTES) throw new SyntaxError(`a request is at most ${BODY_LIMIT_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function poolFor(connectionString: string, { server, pools }: Context): pg.Pool {
  const known = pools.get(connectionString);
  if (known !== undefined) return known;
  const asked = serverOf(connectionString);
  if (asked.host !== server.host || asked.port !== server.port) {
    throw new SyntaxError(`only ${server.host}:${server.port} can be reached from here, not ${asked.host}`);
  }
  const pool = new pg.Pool({
    connectionString,
    max: CONNECTIONS_PER_DATABASE,
    idleTimeoutMillis: 5_000,
    connectionTimeoutMillis: 10_000,
    allowExitOnIdle: true,
  });
  // An idle connection that the server closes is no error of any request.
  pool.on('error', () => undefined);
  pools.set(connectionString, pool);
  return pool;
}

function serverOf(connectionString: string): Server {
  const url = new URL(connectionString);
  return { host: url.hostname === 'localhost' ? '127.0.0.1' : url.hostname, port: Number(url.port || 5432) };
}

/** As Neon: 400 with PostgreSQL's own fields for what the statement did wrong, 5xx for the rest. */
function replyWithError(response: ServerResponse, error: unknown): void {
  if (error instanceof pg.DatabaseError) {
    reply(response, 400, { ...error, message: error.message });
  } else if (error instanceof SyntaxError || error instanceof TypeError || error instanceof z.ZodError) {
    reply(response, 400, { message: error.message, code: null });
  } else {
    reply(response, 502, { message: `PostgreSQL cannot be reached: ${String(error)}`, code: null });
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
