import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CommandContext } from '../command.ts';
import { readConfig } from '../config.ts';
import { BatchError, EXIT } from '../errors.ts';
import { silentProgress } from '../progress.ts';
import { notifying } from './notifying.ts';

let server: Server;
let received: { headers: IncomingMessage['headers']; body: string }[];
/** Statuses of the next answers; 200 when there is none. */
let answers: number[];
let said: string[];
beforeEach(async () => {
  received = [];
  answers = [];
  said = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push({ headers: request.headers, body });
    response.writeHead(answers.shift() ?? 200, { location: 'http://127.0.0.1:1/' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.close();
});

function context(more: Record<string, string> = {}): CommandContext {
  const { port } = server.address() as AddressInfo;
  const env = { ENVIRONMENT: 'staging', NOTIFY_URL: `http://127.0.0.1:${port}/hook?token=secret`, ...more };
  return {
    config: (...parts) => readConfig(env, parts),
    secret: () => undefined,
    out: () => undefined,
    log: { info: () => undefined, warn: (line) => void said.push(line) },
    progress: silentProgress,
    clock: () => new Date('2026-05-01T00:00:00Z'),
    signal: new AbortController().signal,
    sleep: async () => undefined,
  };
}

const failing = (details: Partial<ConstructorParameters<typeof BatchError>[0]>) => async () => {
  throw new BatchError({ code: 'job_failed', message: 'it failed', remedy: 'look', ...details });
};
const body = () => JSON.parse(received[0]?.body ?? 'null');

describe('the webhook', () => {
  test('is told of success', async () => {
    await notifying(context(), async () => 'run 7 done');
    expect(body()).toEqual({
      service: 'recommendations-batch',
      event: 'succeeded',
      environment: 'staging',
      at: '2026-05-01T00:00:00.000Z',
      code: 'done',
      message: 'run 7 done',
      remedy: '',
    });
  });

  test('is told of what failed, was held, or is stale, with the remedy, and the error goes on', async () => {
    await expect(notifying(context(), failing({}))).rejects.toMatchObject({ code: 'job_failed' });
    await expect(notifying(context(), failing({ code: 'held', exitCode: EXIT.held }))).rejects.toThrow();
    await expect(notifying(context(), failing({ code: 'unhealthy' }))).rejects.toThrow();
    expect(
      received
        .map(({ body: text }) => JSON.parse(text))
        .map(({ event, code, remedy }) => [event, code, remedy]),
    ).toEqual([
      ['failed', 'job_failed', 'look'],
      ['held', 'held', 'look'],
      ['stale', 'unhealthy', 'look'],
    ]);
  });

  test('is not told of what passes by itself, nor of words that nobody chose', async () => {
    for (const exitCode of [EXIT.busy, EXIT.stopped, EXIT.waiting])
      await expect(notifying(context(), failing({ exitCode }))).rejects.toThrow();
    await notifying(context(), async () => null);
    expect(received).toEqual([]);
    const unforeseen = async () => {
      throw new TypeError('row of jane@example.com');
    };
    await expect(notifying(context(), unforeseen)).rejects.toThrow();
    expect(received[0]?.body).not.toContain('jane');
    expect(body()).toMatchObject({ event: 'failed', code: 'unexpected' });
  });

  test('takes the shape of SNS when asked for', async () => {
    await notifying(context({ NOTIFY_FORMAT: 'sns' }), async () => 'run 7 done');
    expect(received[0]?.headers['x-amz-sns-message-type']).toBe('Notification');
    expect(body()).toMatchObject({ Type: 'Notification', Subject: 'Recommendations staging: succeeded' });
    expect(JSON.parse(body().Message)).toMatchObject({ event: 'succeeded', message: 'run 7 done' });
  });

  test('is tried again, follows no redirect, and cannot fail the run nor be seen in the log', async () => {
    answers = [500];
    await notifying(context(), async () => 'run 7 done');
    expect(received).toHaveLength(2);
    answers = [302, 302, 302, 302];
    await notifying(context(), async () => 'run 8 done');
    expect(said).toEqual([
      expect.stringMatching(/not told of "succeeded" in 4 attempts \(it answered 302\)/),
    ]);
    expect(said.join()).not.toContain('secret');
  });

  test('cannot be told with a configuration that is wrong, which says so', async () => {
    await expect(notifying(context({ NOTIFY_FORMAT: 'xml' }), failing({}))).rejects.toThrow('it failed');
    expect(said).toEqual([expect.stringMatching(/no webhook was told.*NOTIFY_FORMAT.*configuration file/)]);
  });

  test('that is not set is told nothing', async () => {
    await notifying(context({ NOTIFY_URL: '' }), async () => 'run 7 done');
    expect(received).toEqual([]);
  });
});
