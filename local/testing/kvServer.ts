import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/** Cloudflare's KV REST API in memory, with faults on request, for tests. */
export interface KvServer {
  /** KV_BASE_URL. */
  readonly baseUrl: string;
  /** CLOUDFLARE_API_TOKEN; requests without it are refused. */
  readonly token: string;
  readonly values: Map<string, Buffer>;
  /** Keys of each bulk write that was taken, in order. */
  readonly writes: string[];
  /** Called before each request; a returned status is answered instead, 0 cuts the connection. */
  fault: (request: { method: string; path: string; body: string }) => number | null;
  /** Keys a bulk write does not take, for so many writes each. */
  readonly stubborn: Map<string, number>;
  stop(): Promise<void>;
}

const Pairs = z.array(z.object({ key: z.string(), value: z.string(), base64: z.boolean() }));
const TOKEN = 'kv-test-token';

export async function startKvServer(): Promise<KvServer> {
  const values = new Map<string, Buffer>();
  const writes: string[] = [];
  const stubborn = new Map<string, number>();

  function put(body: string): object {
    const unsuccessful_keys: string[] = [];
    for (const { key, value, base64 } of Pairs.parse(JSON.parse(body))) {
      const refusals = stubborn.get(key) ?? 0;
      if (refusals > 0) {
        stubborn.set(key, refusals - 1);
        unsuccessful_keys.push(key);
        continue;
      }
      values.set(key, Buffer.from(value, base64 ? 'base64' : 'utf8'));
      writes.push(key);
    }
    return { success: true, errors: [], result: { unsuccessful_keys } };
  }

  function list(query: URLSearchParams): object {
    const limit = Number(query.get('limit') ?? 1000);
    const from = Number(query.get('cursor') ?? 0);
    const all = [...values.keys()].filter((key) => key.startsWith(query.get('prefix') ?? '')).sort();
    const cursor = from + limit < all.length ? String(from + limit) : '';
    return { result: all.slice(from, from + limit).map((name) => ({ name })), result_info: { cursor } };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const body = await text(request);
    const fault = server.fault({ method: request.method ?? '', path: url.pathname, body });
    if (fault === 0) return void response.destroy();
    const json = (status: number, value: object) => response.writeHead(status).end(JSON.stringify(value));
    if (fault !== null) return void json(fault, { success: false, errors: [{ message: 'fault' }] });
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return void json(403, { errors: [] });
    if (url.pathname === '/kv/bulk') return void json(200, put(body));
    if (url.pathname === '/kv/keys') return void json(200, list(url.searchParams));
    if (url.pathname === '/kv/bulk/delete') {
      for (const key of z.array(z.string()).parse(JSON.parse(body))) values.delete(key);
      return void json(200, { success: true, result: { unsuccessful_keys: [] } });
    }
    const value = values.get(decodeURIComponent(url.pathname.slice('/kv/values/'.length)));
    if (value === undefined) return void json(404, { errors: [{ message: 'key not found' }] });
    response.end(value);
  }

  const http = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const server: KvServer = {
    baseUrl: `http://127.0.0.1:${port}/kv`,
    token: TOKEN,
    values,
    writes,
    stubborn,
    fault: () => null,
    stop: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return server;
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
