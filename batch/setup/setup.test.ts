import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IAMClient } from '@aws-sdk/client-iam';
import { ListDatasetGroupsCommand, PersonalizeClient } from '@aws-sdk/client-personalize';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { Command } from 'commander';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestClouds, type TestClouds } from '../../local/testing/clouds.ts';
import type { CommandContext } from '../command.ts';
import { readConfig } from '../config.ts';
import { silentProgress } from '../progress.ts';
import { type AwsServer, startAwsServer } from '../testing/aws/server.ts';
import { ACCOUNT, ADMIN_POLICY } from '../testing/aws/state.ts';
import { registerSetup } from './command.ts';
import { deniedToPersonalize, letPersonalizeIn } from './policies.ts';
import { settleSettings } from './settle.ts';

let clouds: TestClouds;
let aws: AwsServer;
let folder: string;
beforeAll(async () => {
  clouds = await startTestClouds();
  aws = await startAwsServer(clouds.environment['AWS_ENDPOINT_URL_S3'] ?? '');
  folder = await mkdtemp(join(tmpdir(), 'setup-'));
});
afterAll(async () => {
  await aws.stop();
  await clouds.stop();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  aws.principals.clear();
  aws.principals.set('admin', { arn: `arn:aws:iam::${ACCOUNT}:user/admin`, policy: ADMIN_POLICY });
  aws.changes.length = 0;
});

const region = 'eu-central-1';
function clientsOf(accessKeyId: string) {
  const credentials = { accessKeyId, secretAccessKey: 'secret' };
  const common = { region, credentials, endpoint: aws.url };
  const endpoint = clouds.personalize.url;
  return {
    s3: new S3Client({ ...common, forcePathStyle: true }),
    iam: new IAMClient(common),
    sts: new STSClient(common),
    personalize: new PersonalizeClient({ region, credentials, endpoint, maxAttempts: 1 }),
  };
}

async function setup(args: readonly string[], { as = 'admin', env = {} as Record<string, string> } = {}) {
  const lines: string[] = [];
  const context: CommandContext = {
    config: (...parts) => readConfig(env, parts),
    secret: () => undefined,
    out: (line) => void lines.push(line),
    log: { info: () => undefined, warn: () => undefined },
    progress: silentProgress,
    clock: () => new Date(),
    signal: new AbortController().signal,
    sleep: async () => undefined,
  };
  const program = new Command().exitOverride();
  const input = { env, file: () => null, isInteractive: false, clients: clientsOf(as) };
  registerSetup(program, context, input);
  await program.parseAsync(['setup', ...args], { from: 'user' });
  return lines.join('\n');
}

const production = ['--environment', 'production', '--region', region, '--bucket', 'shop-results', '--yes'];

describe('batch setup', () => {
  test('makes bucket, policies, role and dataset group, then finds them and makes nothing more', async () => {
    const first = await setup(production);
    expect(first).toContain('The set-up itself costs nothing');
    expect(first).toMatch(/A run for 100,000 customers .* costs \$\d/);
    expect(first.indexOf('costs')).toBeLessThan(first.indexOf('✓'));
    expect(aws.changes).toEqual([
      's3:CreateBucket',
      's3:PutBucketPolicy',
      'iam:CreateRole',
      'iam:PutRolePolicy',
    ]);
    const role = aws.roles.get('production-recommendations-personalize');
    expect(role?.trust).toContain(`"aws:SourceAccount":"${ACCOUNT}"`);
    expect([...(role?.policies.values() ?? [])].join()).toContain(
      'arn:aws:s3:::shop-results/recommendations/*',
    );
    expect(first).toContain(`"PERSONALIZE_ROLE_ARN": "${role?.arn}"`);
    const groups = await clientsOf('admin').personalize.send(new ListDatasetGroupsCommand({}));
    expect(groups.datasetGroups?.map(({ name }) => name)).toEqual(['production-recommendations']);

    aws.changes.length = 0;
    const second = await setup(production);
    expect(aws.changes).toEqual([]);
    expect(second).toContain('✓ bucket shop-results: was there');
    expect(second).not.toContain(': made');
  });

  test('prints for whoever may what these credentials may not', async () => {
    const mayOnly = ['s3:ListBucket', 'sts:*'];
    const policy = { Statement: [{ Effect: 'Allow' as const, Action: mayOnly, Resource: '*' }] };
    aws.principals.set('limited', { arn: `arn:aws:iam::${ACCOUNT}:user/limited`, policy });
    const args = ['--environment', 'staging', '--region', region, '--bucket', 'shop-results', '--yes'];
    const said = await setup(args, { as: 'limited' });
    expect(aws.changes).toEqual([]);
    expect(said).toMatch(
      /! bucket policy for Personalize: by hand; for whoever may:\n {4}aws s3api put-bucket-policy/,
    );
    expect(said).toMatch(/! role staging-recommendations-personalize: by hand.*\n {4}aws iam create-role/);
    expect(said).toContain('- the lines marked !');
  });

  test('keeps an adopted role and dataset group as they are, and writes its settings into the file', async () => {
    const groups = await clientsOf('admin').personalize.send(new ListDatasetGroupsCommand({}));
    const group = groups.datasetGroups?.[0]?.datasetGroupArn ?? '';
    const role = `arn:aws:iam::${ACCOUNT}:role/ours`;
    const file = join(folder, 'adopted.json');
    const said = await setup(
      [...production, '--role', role, '--dataset-group', group, '--environment', 'adopting', '--write'],
      { env: { CONFIG_FILE: file } },
    );
    expect(aws.changes).toEqual([]);
    expect(said).toContain('dataset group (adopted): ready');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      ENVIRONMENT: 'adopting',
      AWS_REGION: region,
      S3_BUCKET: 'shop-results',
      S3_PREFIX: 'recommendations',
      PERSONALIZE_ROLE_ARN: role,
      DATASET_GROUP_ARN: group,
    });
  });

  test('refuses before it makes anything: without consent, over a cap, with settings missing or wrong', async () => {
    await expect(setup(production.slice(0, -1))).rejects.toMatchObject({ code: 'not_agreed' });
    await expect(setup(['--yes', '--environment', 'BAD', '--region', region])).rejects.toThrow(
      /ENVIRONMENT must be[\s\S]*S3_BUCKET is not set/,
    );
    await expect(setup(production, { as: 'stranger' })).rejects.toMatchObject({ code: 'setup_failed' });
    expect(aws.changes).toEqual([]);
  });
});

describe('the bucket policy', () => {
  const place = { bucket: 'b', prefix: 'p', region };
  test('keeps the statements of others, and is left alone once Personalize is let in', () => {
    const theirs = {
      Sid: 'Theirs',
      Effect: 'Deny',
      Principal: { AWS: 'arn:x' },
      Action: 's3:*',
      Resource: '*',
    };
    const present = JSON.stringify({ Version: '2012-10-17', Statement: theirs });
    const changed = letPersonalizeIn(present, place) ?? '';
    expect(JSON.parse(changed).Statement).toMatchObject([theirs, { Sid: 'PersonalizeReadsAndWrites' }]);
    expect(letPersonalizeIn(changed, place)).toBeNull();
  });

  test('lets Personalize in only for the actions and the folder it names, and never against a deny', () => {
    const allow = { Effect: 'Allow', Principal: { Service: 'personalize.amazonaws.com' } };
    const policy = (...Statement: object[]) => JSON.stringify({ Statement });
    const all = { ...allow, Action: 's3:*', Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'] };
    expect(deniedToPersonalize(policy(all), place)).toEqual([]);
    expect(deniedToPersonalize(policy({ ...all, Resource: 'arn:aws:s3:::b/other/*' }), place)).toHaveLength(
      3,
    );
    expect(deniedToPersonalize(policy({ ...all, Action: ['s3:GetObject', 's3:List*'] }), place)).toEqual([
      's3:PutObject',
    ]);
    const deny = { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: '*' };
    expect(deniedToPersonalize(policy(all, deny), place)).toEqual(['s3:PutObject']);
    expect(deniedToPersonalize(policy({ ...all, Principal: { AWS: 'arn:x' } }), place)).toHaveLength(3);
  });
});

test('settings are asked for only where nothing is set; flags win over everything', async () => {
  const asked: string[] = [];
  const settled = await settleSettings({
    env: { AWS_REGION: 'eu-west-1', ENVIRONMENT: 'old' },
    file: { path: 'f', values: { S3_PREFIX: 'from-file' }, problems: [] },
    flags: { ENVIRONMENT: 'new' },
    ask: async ({ name }) => {
      asked.push(name);
      return `answer-${name.length}`;
    },
  });
  expect(asked).toEqual(['S3_BUCKET']);
  expect(settled).toEqual({ AWS_REGION: 'eu-west-1', ENVIRONMENT: 'new', S3_BUCKET: 'answer-9' });
});
