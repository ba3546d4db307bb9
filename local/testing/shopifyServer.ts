import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/** What goes wrong with one request. */
export type ShopifyFault = 'error' | 'cut' | 'busy' | null;

export interface ShopifyOrder {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly updated: number;
  /** As the interface shows it, without lines. */
  readonly node: Readonly<Record<string, unknown>>;
  readonly children: readonly Readonly<Record<string, unknown>>[];
}

/**
 * Shopify's Admin interface, as far as a sync asks it: a token, costs that are paid from a bucket of points, bulk
 * operations of which one runs at a time and whose result is a file of JSON lines, changes in the order of their time.
 * Differs on purpose: documents are told by their operation's name, not parsed.
 */
export interface ShopifyServer {
  readonly url: string;
  readonly token: string;
  readonly kinds: {
    readonly orders: Map<string, ShopifyOrder>;
    readonly customers: Map<string, ShopifyOrder>;
    readonly products: Map<string, ShopifyOrder>;
  };
  readonly scopes: Set<string>;
  /** Operations asked for so far. */
  readonly asked: string[];
  /** Called for each request; a bulk result's download is one too. */
  fault: (requests: number) => ShopifyFault;
  /** Forgets results, as Shopify does after a week. */
  expireResults(): void;
  stop(): Promise<void>;
}

const TOKEN = 'shpat_test';
const BUCKET = { size: 1000, restoreRate: 50 };
const COST = 300;
/** What an operation takes. */
const OPERATION_MS = 4_000;
const PAGE = { orders: 10, customers: 100 };
const LINES = 20;

const Body = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()).optional() });

interface Operation {
  readonly done: number;
  readonly text: string;
  readonly objects: number;
}

export async function startShopifyServer({ now }: { readonly now: () => number }): Promise<ShopifyServer> {
  const kinds = { orders: new Map(), customers: new Map(), products: new Map() } as ShopifyServer['kinds'];
  const operations = new Map<string, Operation>();
  const asked: string[] = [];
  let points = BUCKET.size;
  let refilled = now();
  let requests = 0;
  let started = 0;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const fault = shop.fault(++requests);
      if (fault === 'error') response.writeHead(502).end('<html>bad gateway</html>');
      else if (fault === 'busy') response.writeHead(429, { 'retry-after': '2.0' }).end();
      else if (request.method === 'GET') download(request.url ?? '', response, fault === 'cut');
      else if (request.headers['x-shopify-access-token'] !== TOKEN) reply(response, 401, { errors: 'token' });
      else answer(Body.parse(JSON.parse(Buffer.concat(parts).toString())), response, fault === 'cut');
    });
  });

  function download(path: string, response: ServerResponse, cut: boolean): void {
    const operation = operations.get(path.slice('/results/'.length));
    if (operation === undefined) {
      response.writeHead(403).end();
      return;
    }
    const bytes = Buffer.from(operation.text);
    response.writeHead(200, { 'content-type': 'application/jsonl' });
    if (!cut) response.end(bytes);
    else response.write(bytes.subarray(0, Math.ceil(bytes.length * 0.6)), () => response.destroy());
  }

  function answer(
    { query, variables = {} }: z.infer<typeof Body>,
    response: ServerResponse,
    cut: boolean,
  ): void {
    const name = /^\s*(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ?? '';
    points = Math.min(BUCKET.size, points + ((now() - refilled) / 1000) * BUCKET.restoreRate);
    refilled = now();
    const status = () => ({
      maximumAvailable: BUCKET.size,
      currentlyAvailable: points,
      restoreRate: BUCKET.restoreRate,
    });
    if (points < COST) {
      const extensions = {
        cost: { requestedQueryCost: COST, actualQueryCost: null, throttleStatus: status() },
      };
      reply(response, 200, {
        errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }],
        extensions,
      });
      return;
    }
    points -= COST;
    asked.push(name);
    const data = OPERATIONS[name]?.(variables);
    const extensions = {
      cost: { requestedQueryCost: COST, actualQueryCost: COST, throttleStatus: status() },
    };
    if (data === undefined) reply(response, 200, { errors: [{ message: `no such operation ${name}` }] });
    else reply(response, 200, { data, extensions }, cut);
  }

  const OPERATIONS: Readonly<Record<string, (variables: Readonly<Record<string, unknown>>) => object>> = {
    Installation: () => ({
      currentAppInstallation: { accessScopes: [...shop.scopes].map((handle) => ({ handle })) },
      shop: { currencyCode: 'EUR' },
    }),
    StartBulk: ({ query }) => startBulk(String(query)),
    BulkState: ({ id }) => ({ node: bulkState(String(id)) }),
    Orders: (variables) => ({ orders: changed('orders', variables) }),
    Customers: (variables) => ({ customers: changed('customers', variables) }),
    MoreLines: ({ id, after }) => {
      const order = [...kinds.orders.values()].find((some) => some.id === id);
      return { node: order === undefined ? null : { lineItems: lines(order.children, Number(after), 100) } };
    },
  };

  function startBulk(query: string): object {
    const running = [...operations.values()].some((operation) => operation.done > now());
    if (running) {
      const message = 'A bulk query operation for this app and shop is already in progress';
      return {
        bulkOperationRunQuery: {
          bulkOperation: null,
          userErrors: [{ message, code: 'OPERATION_IN_PROGRESS' }],
        },
      };
    }
    const kind = /\{\s*(\w+)/.exec(query)?.[1] as keyof typeof kinds;
    const objects = [...kinds[kind].values()].flatMap((order) => [
      { id: order.id, ...order.node },
      ...order.children.map((child, i) => ({ id: `${order.id}/${i}`, ...child, __parentId: order.id })),
    ]);
    const id = `gid://shopify/BulkOperation/${++started}`;
    const text = objects.map((object) => `${JSON.stringify(object)}\n`).join('');
    operations.set(encodeURIComponent(id), { done: now() + OPERATION_MS, text, objects: objects.length });
    return { bulkOperationRunQuery: { bulkOperation: { id }, userErrors: [] } };
  }

  function bulkState(id: string): object | null {
    const operation = operations.get(encodeURIComponent(id));
    if (operation === undefined) return null;
    const done = operation.done <= now();
    const url = done && operation.objects > 0 ? `${shop.url}/results/${encodeURIComponent(id)}` : null;
    const status = done ? 'COMPLETED' : 'RUNNING';
    return { status, errorCode: null, objectCount: String(done ? operation.objects : 0), url };
  }

  function changed(
    kind: 'orders' | 'customers',
    { query, after }: Readonly<Record<string, unknown>>,
  ): object {
    const since = Date.parse(/updated_at:>='([^']+)'/.exec(String(query))?.[1] ?? '');
    const found = [...kinds[kind].values()]
      .filter(({ updated }) => updated >= since)
      .sort((a, b) => a.updated - b.updated || (a.id < b.id ? -1 : 1));
    // A cursor is a place in the order of changes, as Shopify's is.
    const start = found.findIndex(({ updated, id }) => after === null || `${updated}|${id}` > String(after));
    const page = start === -1 ? [] : found.slice(start, start + PAGE[kind]);
    const last = page.at(-1);
    return {
      nodes: page.map(({ id, node, children }) => ({
        id,
        ...node,
        ...(kind === 'orders' ? { lineItems: lines(children, 0, LINES) } : {}),
      })),
      pageInfo: {
        hasNextPage: start !== -1 && start + PAGE[kind] < found.length,
        endCursor: last === undefined ? null : `${last.updated}|${last.id}`,
      },
    };
  }

  function lines(all: readonly object[], from: number, count: number): object {
    const end = from + count;
    return {
      nodes: all.slice(from, end),
      pageInfo: { hasNextPage: end < all.length, endCursor: String(end) },
    };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const shop: ShopifyServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: TOKEN,
    kinds,
    scopes: new Set(['read_products', 'read_customers', 'read_orders', 'read_all_orders']),
    asked,
    fault: () => null,
    expireResults: () => operations.clear(),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return shop;
}

/** @param cut promises the whole body and sends half of it */
function reply(response: ServerResponse, status: number, body: object, cut = false): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
  if (cut) response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
  else response.end(bytes);
}
