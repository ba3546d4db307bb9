import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const script = fileURLToPath(new URL('./deploymentNames.mjs', import.meta.url));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'names-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function look(text: string): Promise<{ status: number | null; stderr: string }> {
  await writeFile(join(folder, 'file.ts'), text);
  return spawnSync(process.execPath, [script, folder], { encoding: 'utf8' });
}

// Each is put together here, so that this file itself is clean.
const real = [
  ['host', ['https:', '', 'shop.acme-store.com'].join('/')],
  ['host', ['ep-cool-sun-123456.eu-central-1.aws', 'neon', 'tech'].join('.')],
  ['host', ['recs.acme', 'workers', 'dev'].join('.')],
  ['host', ['postgres://u:p', 'db.acme.io/shop'].join('@')],
  ['host', ['acme-orders.s3.eu-central-1', 'amazonaws', 'com'].join('.')],
  ['IP address', ['10', '20', '30', '40'].join('.')],
  ['account id', ['arn:aws:iam:', ['9876', '54321098'].join(''), 'role/x'].join(':')],
  ['account id', `"${'98765'}${'4321098'}"`],
  ['account or namespace id', `account_id = "${'a1b2c3d4'.repeat(4)}"`],
  ['account or namespace id', `id = "${'a1b2c3d4'.repeat(4)}"`],
  ['bucket', ['s3:/', 'acme-orders', 'key'].join('/')],
  ['secret', `AKIA${'ABCDEFGHIJ234567'}`],
  ['secret', `npg_${'a1B2c3D4e5F6'}`],
] as const;

test.each(real)('finds a %s: %s', async (what, text) => {
  const answer = await look(`first line\n${text}\n`);
  expect(answer.status).toBe(1);
  expect(answer.stderr).toContain(`file.ts:2: ${what} `);
});

test('lets reserved names, placeholders, versions and public documentation pass', async () => {
  const harmless = `
    http://127.0.0.1:8787 postgres://u:p@localhost/x https://shop.example/a https://api.cloudflare.com/client
    0.0.0.0 192.0.2.7 v1.2.3.4-beta 5.20261023.2-beta https://docs.aws.amazon.com/personalize
    arn:aws:iam::123456789012:role/x arn:aws:iam::000000000000:role/local 1795280538000
    id = "00000000000000000000000000000000" s3://bucket/key s3://\${bucket}/key postgres://\${user}@\${host}/x
    https://personalize.eu-central-1.amazonaws.com ep-example-1.eu-central-1.aws.neon.tech`;
  expect(await look(harmless)).toMatchObject({ status: 0, stderr: '' });
});
