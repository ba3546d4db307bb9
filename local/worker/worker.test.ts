import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../freePort.ts';
import { deriveConfiguration } from './configuration.ts';
import { type LocalWorker, startWorker, type WorkerOptions } from './startWorker.ts';

const realRoot = fileURLToPath(new URL('../..', import.meta.url));

const program = `
import defaults from 'bundled-defaults';
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith('/kv/')) return new Response(await env.SNAPSHOTS.get(pathname.slice(4)));
    return Response.json({ status: 'healthy', defaults, secret: env.SECRET });
  },
};`;

const toml = `name = "test"
main = "edge/main.js"
compatibility_date = "2026-10-01"

[alias]
"bundled-defaults" = "./edge/defaults/empty.json"

[[kv_namespaces]]
binding = "SNAPSHOTS"
id = "0123456789"
`;

let projectRoot: string;
let options: WorkerOptions;
let worker: LocalWorker;

beforeAll(async () => {
  projectRoot = await mkdtemp(join(tmpdir(), 'worker-test-'));
  await mkdir(join(projectRoot, 'edge/defaults'), { recursive: true });
  await symlink(join(realRoot, 'node_modules'), join(projectRoot, 'node_modules'));
  await writeFile(join(projectRoot, 'edge/main.js'), program);
  await writeFile(join(projectRoot, 'wrangler.toml'), toml);
  await writeFile(join(projectRoot, 'edge/defaults/empty.json'), '{"which":"empty"}');
  options = {
    projectRoot,
    port: await findFreePort(),
    dataDir: join(projectRoot, 'data'),
    vars: { SECRET: 'p#ss "word"' },
    defaultsPath: join(projectRoot, 'data/defaults.json'),
  };
  worker = await startWorker(options);
});

afterAll(async () => {
  await worker.stop();
  await rm(projectRoot, { recursive: true, force: true });
});

async function health(): Promise<unknown> {
  return (await fetch(`${worker.url}/health`)).json();
}

test('answers with its variables and, while there are none, empty defaults', async () => {
  expect(await health()).toMatchObject({ defaults: { which: 'empty' }, secret: 'p#ss "word"' });
});

test('bundles new defaults by itself when the file changes', async () => {
  await writeFile(options.defaultsPath, '{"which":"batch"}');
  await expect.poll(health, { timeout: 30_000 }).toMatchObject({ defaults: { which: 'batch' } });
});

test("takes writes to KV in Cloudflare's own shape, and keeps them over a restart", async () => {
  const bytes = Buffer.from([0, 255, 10, 13, 128]);
  const bulk = await fetch(`${worker.kvBaseUrl}/bulk`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', authorization: 'Bearer local' },
    body: JSON.stringify([
      { key: 'part/1', value: bytes.toString('base64'), base64: true },
      { key: 'pointer', value: '{"live":1}' },
      { key: 'spare', value: 'x' },
    ]),
  });
  expect(await bulk.json()).toMatchObject({ result: { successful_key_count: 3, unsuccessful_keys: [] } });
  await fetch(`${worker.kvBaseUrl}/bulk/delete`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '["spare"]',
  });
  await worker.stop();
  worker = await startWorker(options);
  expect(Buffer.from(await (await fetch(`${worker.kvBaseUrl}/values/part%2F1`)).arrayBuffer())).toEqual(
    bytes,
  );
  const keys = await (await fetch(`${worker.kvBaseUrl}/keys?limit=10`)).json();
  expect(keys).toMatchObject({ result: [{ name: 'part/1' }, { name: 'pointer' }] });
  expect(await (await fetch(`${worker.url}/kv/pointer`)).text()).toBe('{"live":1}');
});

test('says that a port is taken', async () => {
  const other = { ...options, dataDir: join(projectRoot, 'other') };
  await expect(startWorker(other)).rejects.toMatchObject({ code: 'port-taken' });
});

test('says why it did not start', async () => {
  await writeFile(join(projectRoot, 'edge/broken.js'), 'export default {');
  await writeFile(join(projectRoot, 'wrangler.toml'), toml.replace('main.js', 'broken.js'));
  const broken = { ...options, dataDir: join(projectRoot, 'broken'), port: await findFreePort() };
  await expect(startWorker(broken)).rejects.toMatchObject({
    code: 'start-failed',
    remedy: expect.stringContaining('broken.js'),
  });
});

test('the derived configuration keeps everything else, with absolute paths', () => {
  const extended = `${toml}\n[assets]\ndirectory = "./edge/public"\n`;
  const derived = deriveConfiguration(extended, '/shop', '/data/defaults.json');
  expect(derived.namespaceId).toBe('0123456789');
  expect(derived.text).toContain('main = "/shop/edge/main.js"');
  expect(derived.text).toContain('"bundled-defaults" = "/data/defaults.json"');
  expect(derived.text).toContain('directory = "/shop/edge/public"');
  expect(derived.text).toContain('compatibility_date = "2026-10-01"');
});
