import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong with one request. */
export type ErpFault = 'error' | 'throttle' | 'hang' | 'cut' | 'html' | null;

export interface ErpRecord {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly updated: number;
  readonly [field: string]: unknown;
}

/**
 * An ERP's interface as such interfaces are: a token, pages in four styles, at most so many records a page, changes
 * since a time, a limit of requests, cursors that expire.
 */
export interface ErpServer {
  /** Up to the paths /{kind}/{style}, kind: orders, products, customers; style: page, offset, cursor, link. */
  readonly baseUrl: string;
  readonly token: string;
  readonly records: { readonly [kind: string]: Map<string, ErpRecord> };
  /** Paths and queries asked for so far. */
  readonly asked: string[];
  /** Called for each request that came with the token. */
  fault: (requests: number) => ErpFault;
  /** Makes every cursor and link given so far useless. */
  expireCursors(): void;
  stop(): Promise<void>;
}

interface ErpRules {
  /** Milliseconds since 1970: what the limit and Retry-After go by. */
  readonly now: () => number;
  readonly pageSize?: number;
  readonly requestsPerSecond?: number;
}

const TOKEN = 'erp-test-token';

export async function startErpServer({
  now,
  pageSize = 5,
  requestsPerSecond = 50,
}: ErpRules): Promise<ErpServer> {
  const records = {
    orders: new Map<string, ErpRecord>(),
    products: new Map<string, ErpRecord>(),
    customers: new Map<string, ErpRecord>(),
  };
  const asked: string[] = [];
  let epoch = 0;
  let recent: number[] = [];
  const server = createServer((request, response) => {
    const problem = answerable(request, response);
    if (problem) return;
    const url = new URL(request.url ?? '/', 'http://erp');
    asked.push(`${url.pathname}${url.search}`);
    recent = recent.filter((time) => time > now() - 1000);
    const fault = recent.length >= requestsPerSecond ? 'throttle' : erp.fault(asked.length);
    recent.push(now());
    if (fault === 'hang') return;
    if (fault === 'error') return send(response, 500, { message: 'deadlock' });
    if (fault === 'html')
      return void response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        .end('<html>maintenance</html>');
    if (fault === 'throttle') return void response.writeHead(429, { 'retry-after': '2' }).end();
    answer(url, response, fault === 'cut');
  });

  function answerable(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.headers.authorization === `Bearer ${TOKEN}`) return false;
    send(response, 401, { message: `who are you? ${request.headers.authorization}` });
    return true;
  }

  function answer(url: URL, response: ServerResponse, cut: boolean): void {
    const [, kind = '', style = ''] = url.pathname.split('/');
    const all = records[kind as keyof typeof records];
    if (all === undefined) {
      send(response, 404, {});
      return;
    }
    const since = Number(url.searchParams.get('since') ?? 0);
    const list = [...all.values()].filter((record) => record.updated >= since);
    const start = startOf(url, style);
    if (start === null) {
      send(response, 410, { message: 'cursor expired' });
      return;
    }
    const data = list.slice(start, start + pageSize).map(({ updated: _, ...record }) => record);
    const next = start + pageSize < list.length ? `${epoch}-${start + pageSize}` : null;
    const nextUrl = new URL(url);
    if (next !== null) nextUrl.searchParams.set('cursor', next);
    const address = `${erp.baseUrl}${nextUrl.pathname}${nextUrl.search}`;
    if (style === 'link' && next !== null) response.setHeader('link', `<${address}>; rel="next"`);
    send(response, 200, { meta: { next }, data }, cut);
  }

  function startOf(url: URL, style: string): number | null {
    if (style === 'page') return (Number(url.searchParams.get('page') ?? 1) - 1) * pageSize;
    if (style === 'offset') return Number(url.searchParams.get('offset') ?? 0);
    const [given, at] = (url.searchParams.get('cursor') ?? `${epoch}-0`).split('-');
    return given === String(epoch) ? Number(at) : null;
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const erp: ErpServer = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: TOKEN,
    records,
    asked,
    fault: () => null,
    expireCursors: () => {
      epoch++;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return erp;
}

/** @param cut promises the whole body and sends half of it */
function send(response: ServerResponse, status: number, body: object, cut = false): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
  if (!cut) return void response.end(bytes);
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
}
