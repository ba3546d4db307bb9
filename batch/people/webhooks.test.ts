import { createHmac } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { type PostgresGate, startPostgresGate } from '../../local/testing/postgresGate.ts';
import type { CommandContext } from '../command.ts';
import { readConfig } from '../config.ts';
import { createPool } from '../db/pool.ts';
import { BatchError } from '../errors.ts';
import { silentProgress } from '../progress.ts';
import { fulfilPrivacyRequests } from './fulfilPrivacyRequests.ts';
import { openPrivacyRequests } from './privacyRequests.ts';
import { startWebhookServer } from './webhookServer.ts';
import { registerWebhooks } from './webhooksCommand.ts';

const DOMAIN = 'my-example.myshopify.com';
const SECRET = 'client-secret';
let database: TestDatabase;
let pool: ReturnType<typeof createPool>;
let server: Server;
let address: string;
beforeEach(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url);
  const started = await startWebhookServer({
    pool,
    log: { info: () => undefined, warn: () => undefined },
    shops: [{ source: 'shop', domain: DOMAIN, secret: SECRET }],
    host: '127.0.0.1',
    port: 0,
    onNoted: () => undefined,
  });
  server = started.server;
  address = `http://127.0.0.1:${started.port}/webhooks/shopify`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await pool.end();
  await database.drop();
});

async function send(
  topic: string,
  content: unknown,
  { secret = SECRET, domain = DOMAIN } = {},
): Promise<number> {
  const body = JSON.stringify(content);
  const answer = await fetch(address, {
    method: 'POST',
    body,
    headers: {
      'x-shopify-topic': topic,
      'x-shopify-shop-domain': domain,
      'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
    },
  });
  return answer.status;
}
const redact = { shop_domain: DOMAIN, customer: { id: 207_119_551 }, orders_to_redact: [1] };

describe('a privacy webhook', () => {
  test('that is genuine is written down before it is acknowledged, once while it waits', async () => {
    expect(await send('customers/redact', redact)).toBe(200);
    expect(await send('customers/redact', redact)).toBe(200);
    const data = { shop_domain: DOMAIN, customer: { id: 7 }, data_request: { id: 9 } };
    expect(await send('customers/data_request', data)).toBe(200);
    expect(await openPrivacyRequests(pool)).toMatchObject([
      { source: 'shop', kind: 'erase', customer_id: '207119551' },
      { source: 'shop', kind: 'report', customer_id: '7' },
    ]);
  });

  test('that is forged, of another shop, or too large is refused and leaves nothing', async () => {
    expect(await send('customers/redact', redact, { secret: 'another' })).toBe(401);
    expect(await send('customers/redact', redact, { domain: 'other-example.myshopify.com' })).toBe(401);
    // The header is not signed, the body is: both shops have the app, and its secret.
    for (const topic of ['customers/redact', 'shop/redact'])
      expect(await send(topic, { ...redact, shop_domain: 'other-example.myshopify.com' })).toBe(401);
    expect(await send('customers/redact', { ...redact, more: 'x'.repeat(70_000) })).toBe(413);
    expect(await send('customers/redact', { customer: {} })).toBe(400);
    expect((await fetch(address)).status).toBe(405);
    expect(await openPrivacyRequests(pool)).toEqual([]);
  });

  test('that cannot be written down is not acknowledged', async () => {
    await pool.query('DROP TABLE privacy_requests');
    expect(await send('customers/redact', redact)).toBe(503);
  });
});

describe('what was asked for', () => {
  const silent = { info: () => undefined, warn: () => undefined };
  test('is done and the id forgotten; what fails or goes on stays open', async () => {
    for (const id of [1, 2, 3, 4]) await send('customers/redact', { ...redact, customer: { id } });
    await send('customers/data_request', {
      shop_domain: DOMAIN,
      customer: { id: 5 },
      data_request: { id: 9 },
    });
    await send('shop/redact', { shop_domain: DOMAIN });
    const erase = async (_: string, id: string) => {
      if (id === '2') throw new BatchError({ code: 'busy', message: 'a run is at work', remedy: 'wait' });
      if (id === '3') throw new BatchError({ code: 'unknown_customer', message: 'nobody', remedy: 'none' });
      return id !== '4';
    };
    const report = async () => '/data/report.json';
    expect(await fulfilPrivacyRequests({ pool, log: silent, erase, report })).toBe(3);
    const { rows } = await pool.query(
      'SELECT kind, customer_id, outcome FROM privacy_requests ORDER BY request_id',
    );
    expect(rows).toEqual([
      { kind: 'erase', customer_id: null, outcome: 'erased' },
      { kind: 'erase', customer_id: '2', outcome: null },
      { kind: 'erase', customer_id: null, outcome: 'nothing was held' },
      { kind: 'erase', customer_id: '4', outcome: null },
      { kind: 'report', customer_id: null, outcome: 'written to /data/report.json' },
      { kind: 'erase_shop', customer_id: null, outcome: null },
    ]);
    expect(await fulfilPrivacyRequests({ pool, log: silent, erase: async () => true, report })).toBe(1);
  });
});

describe('batch webhooks', () => {
  const start = (sleep: () => Promise<void>, said: string[], flags: string[]) => {
    const folder = mkdtempSync(join(tmpdir(), 'webhooks-'));
    const file = join(folder, 'sources.json');
    const shop = { type: 'shopify', domain: DOMAIN, client_id_env: 'ID', client_secret_env: 'SECRET' };
    writeFileSync(file, JSON.stringify({ sources: { shop } }));
    const url = gate?.url ?? database.url;
    const context: CommandContext = {
      config: (...parts) => readConfig({ DATABASE_URL: url, SOURCES_FILE: file }, parts),
      secret: () => SECRET,
      log: { info: () => undefined, warn: (line) => void said.push(line) },
      signal: new AbortController().signal,
      sleep,
      out: () => undefined,
      progress: silentProgress,
      clock: () => new Date(),
    };
    const program = new Command().exitOverride();
    registerWebhooks(program, context);
    return program.parseAsync(['webhooks', ...flags], { from: 'user' });
  };
  let gate: PostgresGate | null = null;
  afterEach(async () => {
    await gate?.stop();
    gate = null;
  });

  test('names an address that it cannot listen on', async () => {
    const { port } = new URL(address);
    await expect(start(async () => undefined, [], ['--port', port])).rejects.toMatchObject({
      code: 'cannot_listen',
      message: expect.stringContaining(`127.0.0.1:${port}`),
      remedy: expect.stringContaining('--port'),
    });
  });

  test('outlives a database that is away for a while', async () => {
    const through = await startPostgresGate(database.url);
    gate = through;
    const said: string[] = [];
    let slept = 0;
    const sleep = async () => {
      slept++;
      through.onStatement = () => (slept === 1 ? 'cut' : 'pass');
      if (slept === 3) throw new Error('stopped');
    };
    await expect(start(sleep, said, ['--port', '0'])).rejects.toThrow('stopped');
    expect(said).toEqual([expect.stringMatching(/privacy requests.*ten minutes.*connection was lost/)]);
  });
});
