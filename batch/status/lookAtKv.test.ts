import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import type { CommandContext } from '../command.ts';
import { readConfig } from '../config.ts';
import { lookAtKv } from './lookAtKv.ts';

test('a KV that refuses the token is not said to be silent', async () => {
  const server = createServer((_, response) => response.writeHead(403).end('{}'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const KV_BASE_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const context: Pick<CommandContext, 'config' | 'signal'> = {
    config: (...parts) => readConfig({ KV_BASE_URL }, parts),
    signal: new AbortController().signal,
  };
  expect(await lookAtKv(context)).toEqual({ pointer: null, problem: 'KV answered 403' });
  server.closeAllConnections();
  server.close();
});
