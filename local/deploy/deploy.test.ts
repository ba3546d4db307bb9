import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { manifestKey, POINTER_KEY } from '../../shared/snapshot/manifest.ts';
import { LocalError } from '../errors.ts';
import { type KvServer, startKvServer } from '../testing/kvServer.ts';
import { type Deploy, deploy } from './deploy.ts';
import type { Run } from './run.ts';
import { type DeployTarget, readTarget } from './target.ts';

const toml = fileURLToPath(new URL('../../wrangler.toml', import.meta.url));
const ALL = [
  'ID_HASH_KEY',
  'DATABASE_URL',
  'SHOPPER_TOKEN_KEYS',
  'ADMIN_TOKENS',
  'DRILL_KEY',
  'ALERT_WEBHOOK_URL',
];

let kv: KvServer;
let answers: Record<string, unknown>;
const server = createServer((request, response) => {
  const path = (request.url ?? '').split('?')[0] ?? '';
  if (path.startsWith('/api/v1/admin/')) response.writeHead(401).end();
  else response.end(JSON.stringify(answers[path] ?? { recommendations: [{}], source: 'kv' }));
});
let url: string;

beforeAll(async () => {
  kv = await startKvServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await kv.stop();
});
beforeEach(() => {
  answers = { '/api/v1/personalize/status': { version: 'v1', source: 'kv' } };
  kv.values.clear();
});

/** Notes what is run; the secrets that are set are given. */
function runs(secrets: readonly string[]): { run: Run; ran: string[] } {
  const ran: string[] = [];
  return {
    ran,
    run: async (_, args) => {
      ran.push(args.join(' '));
      return { code: 0, out: JSON.stringify(secrets.map((name) => ({ name, type: 'secret_text' }))) };
    },
  };
}

function production(vars: Record<string, string>): DeployTarget {
  const target = readTarget(toml, 'production');
  const kv_namespaces = [{ binding: 'SNAPSHOTS', id: 'abc' }];
  return { ...target, kv_namespaces, vars: { ...target.vars, ...vars } };
}

async function tried(given: Partial<Deploy>): Promise<{ said: string; failed: string | null }> {
  const said: string[] = [];
  try {
    await deploy({
      environment: 'production',
      target: production({ USER_READS: 'signed' }),
      kv: { baseUrl: kv.baseUrl, token: kv.token },
      url,
      version: 'v1',
      dryRun: false,
      run: runs(ALL).run,
      log: (line) => said.push(line),
      sleep: async () => undefined,
      ...given,
    });
    return { said: said.join('\n'), failed: null };
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    return { said: said.join('\n'), failed: `${error.message} ${error.remedy}` };
  }
}

test('production as it is committed is refused until it is decided who may read', async () => {
  const { run, ran } = runs([]);
  const { said, failed } = await tried({ target: readTarget(toml, 'production'), run });
  for (const part of [
    'USER_READS is not decided',
    'placeholder',
    'ID_HASH_KEY is not set',
    'DATABASE_URL is not set',
  ])
    expect(said).toContain(part);
  expect(failed).toContain('Nothing was deployed to production');
  expect(ran.filter((line) => line.includes(' deploy '))).toEqual([]);
});

test.each(['local', 'everybody'])('USER_READS=%s is refused', async (USER_READS) => {
  const { said, failed } = await tried({ target: production({ USER_READS }) });
  expect([said.includes('USER_READS is'), failed !== null]).toEqual([true, true]);
});

test('signed reads need something that can be proven; open reads do not', async () => {
  const run = runs(['ID_HASH_KEY', 'DATABASE_URL']).run;
  expect((await tried({ run })).said).toContain('nobody would get a personal list');
  expect((await tried({ run, target: production({ USER_READS: 'open' }) })).failed).toBeNull();
});

test('what is complete is built with fresh defaults and its version, deployed, and asked', async () => {
  const { run, ran } = runs(ALL);
  const { said, failed } = await tried({ run });
  expect([failed, said]).toEqual([null, expect.stringContaining('serves version v1')]);
  expect(ran[1]).toContain('batch/main.ts defaults');
  expect(ran[2]).toMatch(/deploy --env production --alias bundled-defaults:\S+ --var VERSION:v1$/);
});

test('a snapshot that the Worker could not read stops the deploy', async () => {
  kv.values.set(
    POINTER_KEY,
    Buffer.from('{"live":7,"previous":null,"generation":7,"published_at":"2026-01-01T00:00:00Z"}'),
  );
  expect((await tried({})).said).toContain('names snapshot 7, which KV lacks');
  kv.values.set(manifestKey(7), Buffer.from('{"format":99}'));
  const { said, failed } = await tried({});
  expect(said).toContain('is of format 99');
  expect(failed).toContain('Nothing was deployed');
  kv.values.set(POINTER_KEY, Buffer.from('{'));
  expect((await tried({})).said).toContain('the pointer in KV cannot be read');
  expect((await tried({ kv: { baseUrl: kv.baseUrl, token: 'wrong' } })).said).toContain('KV cannot be read');
});

test('a Worker that does not serve after the deploy is told, with the way back', async () => {
  answers['/api/v1/personalize/recommendations/popular'] = { recommendations: [], source: 'defaults' };
  const { said, failed } = await tried({});
  expect(said).toContain('an empty list');
  expect(failed).toContain('wrangler rollback --env production');
  answers = { '/api/v1/personalize/status': { version: 'older', source: 'kv' } };
  expect((await tried({})).said).toContain('not the version v1 just deployed');
});
