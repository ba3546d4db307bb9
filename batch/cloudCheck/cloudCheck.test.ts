import { glob, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IAMClient } from '@aws-sdk/client-iam';
import { PersonalizeClient } from '@aws-sdk/client-personalize';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestClouds, type TestClouds } from '../../local/testing/clouds.ts';
import { readConfig } from '../config.ts';
import { createPool } from '../db/pool.ts';
import { rewriteObjects } from '../people/rewriteObjects.ts';
import { createKvStore } from '../publish/kvStore.ts';
import { callerPolicy, letPersonalizeIn, rolePolicy, trustPolicy } from '../setup/policies.ts';
import { createObjectStore, listObjects } from '../storage/objectStore.ts';
import type { PolicyDocument } from '../testing/aws/policies.ts';
import { type AwsServer, startAwsServer } from '../testing/aws/server.ts';
import { ACCOUNT, ADMIN_POLICY } from '../testing/aws/state.ts';
import { type CloudContext, checkClouds } from './checkClouds.ts';
import { PERSONALIZE_ACTIONS } from './lookAtRights.ts';

let clouds: TestClouds;
let aws: AwsServer;
let cloudflare: Server;
let pool: pg.Pool;
/** What Cloudflare says of the token. */
let tokenStatus = 'active';

const ROLE = `arn:aws:iam::${ACCOUNT}:role/shop-personalize`;
const place = { bucket: '', prefix: 'recommendations', region: 'eu-central-1' };

beforeAll(async () => {
  clouds = await startTestClouds();
  place.bucket = clouds.environment['S3_BUCKET'] ?? '';
  aws = await startAwsServer(clouds.environment['AWS_ENDPOINT_URL_S3'] ?? '');
  pool = createPool(clouds.databaseUrl);
  // Cloudflare's API: the token, known to its account only, and the test's KV below its own address.
  cloudflare = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('/kv/');
    if (path === '/client/v4/accounts/a/tokens/verify')
      return void response.end(JSON.stringify({ result: { status: tokenStatus, expires_on: '2027-01-01' } }));
    response.writeHead(401).end('{}');
  });
  await new Promise<void>((resolve) => cloudflare.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await pool.end();
  await aws.stop();
  cloudflare.close();
  await clouds.stop();
});
beforeEach(() => {
  tokenStatus = 'active';
  const batch = callerPolicy(place, ROLE) as PolicyDocument;
  const policy = {
    Statement: [
      ...batch.Statement,
      { Effect: 'Allow' as const, Action: ['iam:GetRole', 'iam:SimulatePrincipalPolicy'], Resource: '*' },
    ],
  };
  aws.principals.clear();
  aws.principals.set('batch', { arn: `arn:aws:iam::${ACCOUNT}:user/batch`, policy });
  aws.principals.set('admin', { arn: `arn:aws:iam::${ACCOUNT}:user/admin`, policy: ADMIN_POLICY });
  aws.roles.clear();
  aws.roles.set('shop-personalize', {
    arn: ROLE,
    trust: JSON.stringify(trustPolicy(ACCOUNT, place.region)),
    policies: new Map([['bucket', JSON.stringify(rolePolicy(place))]]),
  });
  aws.bucketPolicies.set(place.bucket, letPersonalizeIn(null, place) ?? '');
});

function contextOf({
  as = 'batch',
  engine = 'aws',
  ...own
}: Partial<CloudContext> & { as?: string; engine?: string }): CloudContext {
  const { AWS_ENDPOINT_URL_PERSONALIZE: endpoint = '', ...others } = clouds.environment;
  const env = engine === 'aws' ? { ...others, PERSONALIZE_ROLE_ARN: ROLE } : clouds.environment;
  const config = readConfig(env, ['environment', 's3', 'personalize', 'kv']);
  const credentials = { accessKeyId: as, secretAccessKey: 'secret' };
  const common = { region: place.region, credentials, endpoint: aws.url, maxAttempts: 1 };
  const { port } = cloudflare.address() as AddressInfo;
  const baseUrl = `http://127.0.0.1:${port}/client/v4/accounts/a/storage/kv/namespaces/n`;
  return {
    config: { ...config, kv: { ...config.kv, baseUrl: engine === 'aws' ? baseUrl : config.kv.baseUrl } },
    pool,
    s3: new S3Client({ ...common, forcePathStyle: true }),
    iam: new IAMClient(common),
    sts: new STSClient(common),
    personalize: new PersonalizeClient({ ...common, endpoint }),
    kv: createKvStore(config.kv, { fetch, firstWaitMs: 1, signal: AbortSignal.timeout(10_000) }),
    fetch,
    clock: () => new Date(),
    probe: 'probe-1',
    ...own,
  };
}

const failed = async (own: Parameters<typeof contextOf>[0] = {}) =>
  (await checkClouds(contextOf(own))).filter(({ ok }) => ok === false).map(({ check }) => check);

describe('the check of the clouds', () => {
  test('finds nothing wrong where a batch has just the rights that setup names, and leaves nothing behind', async () => {
    const rows = await checkClouds(contextOf({}));
    expect(rows.filter(({ ok }) => ok !== true)).toEqual([]);
    expect(rows.length).toBeGreaterThanOrEqual(12);
    expect(aws.changes).toEqual([]);
    expect(clouds.kv.values.size).toBe(0);
    expect(clouds.kv.writes).toEqual(['doctor/probe-1']);
    const store = { client: contextOf({ as: 'admin' }).s3, bucket: place.bucket };
    expect(await listObjects(store, '')).toEqual([]);
    const left = await pool.query(
      `SELECT (SELECT count(*)::int FROM batch_job_metadata) AS rows,
              (SELECT count(*)::int FROM pg_inherits JOIN pg_class p ON p.oid = inhparent WHERE p.relkind = 'p') AS partitions`,
    );
    expect(left.rows).toEqual([{ rows: 0, partitions: 0 }]);
  });

  test('needs no IAM with the embedded engine', async () => {
    aws.principals.set('nobody', { arn: 'arn:x', policy: ADMIN_POLICY });
    const rows = await checkClouds(contextOf({ engine: 'embedded', as: 'nobody' }));
    expect(rows.filter(({ ok }) => ok === false)).toEqual([]);
    expect(rows.map(({ check }) => check)).not.toContain('iam:PassRole');
  });

  test('names each right that is missing', async () => {
    const bucketArn = `arn:aws:s3:::${place.bucket}`;
    const policy = {
      Statement: [
        {
          Effect: 'Allow' as const,
          Action: ['s3:ListBucket', 's3:PutObject', 's3:GetBucketPolicy', 'iam:*'],
          Resource: [bucketArn, `${bucketArn}/*`, 'arn:aws:iam::*'],
        },
      ],
    };
    aws.principals.set('batch', { arn: `arn:aws:iam::${ACCOUNT}:user/batch`, policy });
    aws.bucketPolicies.delete(place.bucket);
    const trust = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
    aws.roles.set('shop-personalize', { arn: ROLE, trust, policies: new Map() });
    tokenStatus = 'disabled';
    const rows = await checkClouds(contextOf({}));
    const bad = rows.filter(({ ok }) => ok === false);
    expect(bad.map(({ check }) => check).sort()).toEqual([
      'KV token',
      'Personalize by us',
      'S3 by Personalize: bucket policy',
      'S3 by Personalize: rights of the role',
      'S3 by us',
      'role: Personalize may take it',
    ]);
    expect(bad.every(({ remedy }) => remedy !== '')).toBe(true);
    // iam:* includes PassRole.
    expect(rows.find(({ check }) => check === 'iam:PassRole')?.ok).toBe(true);
  });

  test('asks for the right to every call of Personalize that the batch makes', async () => {
    const calls = new Set<string>();
    for await (const file of glob('batch/**/*.ts', { exclude: ['**/*.test.ts', 'batch/testing/**'] })) {
      const text = await readFile(file, 'utf8');
      const imported =
        /import (?:type )?\{([^}]*)\} from '@aws-sdk\/client-personalize'/.exec(text)?.[1] ?? '';
      for (const [, command, pages] of imported.matchAll(/\b(?:(\w+)Command|paginate(\w+))\b/g))
        calls.add(`personalize:${command ?? pages}`);
    }
    expect(calls.size).toBeGreaterThan(20);
    expect([...PERSONALIZE_ACTIONS].sort()).toEqual([...calls].sort());
  });

  test('says what it cannot look at, which is no failure', async () => {
    const { Statement } = callerPolicy(place, ROLE) as PolicyDocument;
    aws.principals.set('batch', { arn: `arn:aws:iam::${ACCOUNT}:user/batch`, policy: { Statement } });
    const rows = await checkClouds(contextOf({}));
    expect(rows.filter(({ ok }) => ok === false)).toEqual([]);
    expect(rows.find(({ check }) => check === 'iam:PassRole')).toMatchObject({ ok: null });
  });

  test('knows a session by the role it came from', async () => {
    aws.roles.set('runner', {
      arn: `arn:aws:iam::${ACCOUNT}:role/teams/runner`,
      trust: '{}',
      policies: new Map([['all', JSON.stringify(ADMIN_POLICY)]]),
    });
    const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/runner/session-1`;
    aws.principals.set('session', { arn, policy: ADMIN_POLICY });
    expect(await failed({ as: 'session' })).toEqual([]);
  });

  test('notices unknown credentials, a clock that is off, a KV that is away and a database without rights', async () => {
    expect(await failed({ as: 'stranger' })).toEqual(expect.arrayContaining(['AWS credentials', 'S3 by us']));
    const late = () => new Date(Date.now() + 300_000);
    expect(await failed({ clock: late })).toEqual(['clock and the database’s', 'clock and S3’s']);
    const away = createKvStore(
      { baseUrl: 'http://127.0.0.1:9', apiToken: null },
      { fetch, firstWaitMs: 1, signal: AbortSignal.timeout(10_000) },
    );
    expect(await failed({ kv: away })).toEqual(['KV namespace']);
    const gone = createPool('postgres://nobody@127.0.0.1:9/none');
    const rows = await checkClouds(contextOf({ pool: gone }));
    await gone.end();
    // The remedy of a database that is away is not to set the clock.
    expect(rows.filter(({ ok }) => ok === false).map(({ check, remedy }) => [check, remedy])).toEqual([
      ['database rights', expect.stringContaining('DATABASE_URL')],
      ['clock and the database’s', expect.stringContaining('DATABASE_URL')],
    ]);
    const role = `doctor_reader_${process.pid}`;
    await pool.query(
      `CREATE ROLE ${role} LOGIN PASSWORD 'doctor'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`,
    );
    const url = new URL(clouds.databaseUrl);
    url.username = role;
    url.password = 'doctor';
    const reader = new pg.Pool({ connectionString: url.href, max: 2 });
    try {
      expect(await failed({ pool: reader })).toEqual(['database rights']);
    } finally {
      await reader.end();
      await pool.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });
});

describe('the rights that setup names', () => {
  function erase(as: string) {
    const { config } = contextOf({});
    const credentials = { accessKeyId: as, secretAccessKey: 'secret' };
    const s3 = createObjectStore({ ...config.s3, endpoint: aws.url, forcePathStyle: true }, { credentials });
    return rewriteObjects({ s3, config, signal: AbortSignal.timeout(10_000) }, [7]);
  }

  test('suffice to take a person out of the bucket, and to know whether it keeps versions', async () => {
    expect(await erase('batch')).toMatchObject({ versioned: false });
  });

  test('of former times suffice too, though not to know of versions', async () => {
    const { Statement } = callerPolicy(place, ROLE) as PolicyDocument;
    const former = JSON.parse(JSON.stringify({ Statement }).replace(',"s3:GetBucketVersioning"', ''));
    aws.principals.set('former', { arn: `arn:aws:iam::${ACCOUNT}:user/former`, policy: former });
    expect(await erase('former')).toMatchObject({ versioned: null });
  });
});
