import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from './testing/harness.ts';
import { INTERACTIONS_SCHEMA } from './testing/shop.ts';

const run = promisify(execFile);
const installed = spawnSync('aws', ['--version']).status === 0;

describe.skipIf(!installed)('the official CLI (skipped where there is no aws on the PATH)', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ profile: 'engine' });
  });
  afterAll(() => harness.stop());

  const aws = async (...args: string[]) => {
    const env = {
      PATH: process.env['PATH'],
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'any',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
    const options = ['--endpoint-url', harness.personalize.url, '--output', 'json'];
    const { stdout } = await run('aws', [...args, ...options], { env });
    return stdout === '' ? null : JSON.parse(stdout);
  };

  it('lists, creates, and reads errors', { timeout: 300_000 }, async () => {
    const schemaArn = 'arn:aws:personalize:eu-west-1:000000000000:schema/s';
    const create = ['personalize', 'create-schema', '--name', 's', '--schema', INTERACTIONS_SCHEMA];
    const campaign = schemaArn.replace('schema', 'campaign');
    const ask = ['personalize-runtime', 'get-recommendations', '--campaign-arn', campaign, '--user-id', 'u'];
    expect(await aws('personalize', 'list-dataset-groups')).toEqual({ datasetGroups: [] });
    expect(await aws(...create)).toEqual({ schemaArn });
    await expect(aws(...ask)).rejects.toThrow(
      `(ResourceNotFoundException) when calling the GetRecommendations operation: Resource Arn ${campaign} does not exist.`,
    );
  });
});
