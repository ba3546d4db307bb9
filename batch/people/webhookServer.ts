import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Pool } from 'pg';
import { BatchError, EXIT } from '../errors.ts';
import type { Log } from '../log.ts';
import { handlePrivacyWebhook, type PrivacyHandlers } from '../sources/shopifyPrivacy.ts';
import { notePrivacyRequest } from './privacyRequests.ts';

export interface ShopOfSource {
  /** The source's name. */
  readonly source: string;
  /** `my-example.myshopify.com` */
  readonly domain: string;
  /** The app's client secret. */
  readonly secret: string;
}

interface WebhookServer {
  readonly pool: Pool;
  readonly log: Log;
  readonly shops: readonly ShopOfSource[];
  readonly host: string;
  readonly port: number;
  /** Called when a request has been noted. */
  readonly onNoted: () => void;
}

/** A privacy webhook is some hundred bytes. */
const MOST_BYTES = 64 * 1024;
const PATH = '/webhooks/shopify';

/**
 * Takes Shopify's privacy webhooks: verified, written to Postgres, then acknowledged. Shopify sends again what was not
 * acknowledged, so nothing is lost.
 * @returns the server, listening, and its port
 * @throws BatchError cannot_listen
 */
export async function startWebhookServer(settings: WebhookServer): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    answer(settings, request, response).catch(() => {
      settings.log.warn('a webhook could not be written down: Shopify will send it again');
      respond(response, 503);
    });
  });
  server.requestTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(cannotListen(settings, cause)));
    server.listen(settings.port, settings.host, resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

function cannotListen({ host, port }: WebhookServer, cause: Error): BatchError {
  return new BatchError({
    code: 'cannot_listen',
    message: `nothing can be listened to at ${host}:${port}: ${cause.message}`,
    remedy: 'choose a free port of this machine with --port, an address of it with --host',
    exitCode: EXIT.usage,
    cause,
  });
}

async function answer(
  settings: WebhookServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname === '/health') return respond(response, 200);
  if (pathname !== PATH) return respond(response, 404);
  if (request.method !== 'POST') return respond(response, 405);
  const body = await bodyOf(request);
  if (body === null) return respond(response, 413);
  const domain = header(request, 'x-shopify-shop-domain');
  const shop = settings.shops.find((known) => known.domain === domain);
  if (shop === undefined) return respond(response, 401);
  const { status } = await handlePrivacyWebhook(
    {
      ...{ domain, topic: header(request, 'x-shopify-topic') },
      ...{ signature: header(request, 'x-shopify-hmac-sha256'), body },
    },
    { secret: shop.secret, handlers: handlersOf(settings, shop.source) },
  );
  respond(response, status);
  if (status === 200) settings.onNoted();
}

function handlersOf({ pool }: WebhookServer, source: string): PrivacyHandlers {
  return {
    redactCustomer: ({ customer }) =>
      notePrivacyRequest(pool, { source, kind: 'erase', customerId: customer.id }),
    reportCustomer: ({ customer }) =>
      notePrivacyRequest(pool, { source, kind: 'report', customerId: customer.id }),
    redactShop: () => notePrivacyRequest(pool, { source, kind: 'erase_shop', customerId: null }),
  };
}

const header = (request: IncomingMessage, name: string): string => String(request.headers[name] ?? '');

/** Null: more than any webhook is. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function respond(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': '0' }).end();
}
