import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

export interface KvServer {
  /** KV_BASE_URL: Cloudflare's REST shape below it. */
  readonly baseUrl: string;
  /** What is stored; a test may look and change. */
  readonly values: Map<string, Buffer>;
  /** Pairs written since the start. */
  writes(): number;
  stop(): Promise<void>;
}

const BulkPut = z.array(z.object({ key: z.string(), value: z.string(), base64: z.boolean().optional() }));
const BulkDelete = z.array(z.string());

/** The part of Workers KV's REST interface the batch speaks, in memory: far quicker to start than a Worker. */
export async function startKvServer(): Promise<KvServer> {
  const values = new Map<string, Buffer>();
  let writes = 0;
  const routes: Record<string, (url: URL, body: string) => object | Buffer | null> = {
    'PUT bulk': (_, body) => {
      for (const { key, value, base64 } of BulkPut.parse(JSON.parse(body))) {
        values.set(key, Buffer.from(value, base64 ? 'base64' : 'utf8'));
        writes++;
      }
      return {};
    },
    'POST bulk': (_, body) => {
      for (const key of BulkDelete.parse(JSON.parse(body))) values.delete(key);
      return {};
    },
    'GET values': (url) => values.get(decodeURIComponent(url.pathname.slice('/kv/values/'.length))) ?? null,
    'GET keys': (url) => {
      const prefix = url.searchParams.get('prefix') ?? '';
      return [...values.keys()].filter((name) => name.startsWith(prefix)).map((name) => ({ name }));
    },
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://local');
    const route = routes[`${request.method} ${url.pathname.split('/')[2]}`];
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const result = route?.(url, Buffer.concat(chunks).toString()) ?? null;
    if (Buffer.isBuffer(result)) response.end(result);
    else
      response
        .writeHead(result === null ? 404 : 200)
        .end(JSON.stringify({ success: result !== null, result }));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/kv`,
    values,
    writes: () => writes,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
