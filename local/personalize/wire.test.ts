import {
  CreateDatasetGroupCommand,
  DescribeAlgorithmCommand,
  DescribeFeatureTransformationCommand,
  DescribeRecipeCommand,
  ListRecipesCommand,
} from '@aws-sdk/client-personalize';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS } from './registry.ts';
import { type Harness, startHarness } from './testing/harness.ts';
import { readServiceModel } from './testing/model.ts';
import { SIGNED } from './testing/post.ts';

describe('the wire', () => {
  let harness: Harness;
  const { Request: request, Response: response } = globalThis;
  beforeAll(async () => {
    harness = await startHarness({ profile: 'engine' });
  });
  afterAll(() => harness.stop());

  const post = async (headers: Record<string, string>, body = '{}') => {
    const answer = await fetch(`${harness.personalize.url}/`, { method: 'POST', headers, body });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
  };
  const target = (operation: string) => ({ 'x-amz-target': `AmazonPersonalize.${operation}` });

  it("leaves the process's own Request and Response alone", () => {
    expect(globalThis.Response === response && globalThis.Request === request).toBe(true);
  });

  it('refuses a request that is not signed', async () => {
    expect(await post(target('ListSchemas'))).toEqual({
      status: 403,
      body: { __type: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' },
    });
  });

  it('refuses a signature that is not whole', async () => {
    const forms = [
      {
        ...SIGNED,
        authorization: 'AWS4-HMAC-SHA256 Credential=AK/20261122/eu-central-1/personalize/aws4_request',
      },
      { ...SIGNED, authorization: SIGNED.authorization.replace('/personalize/', '/s3/') },
      { ...SIGNED, 'x-amz-date': '20261121T000000Z' },
      { authorization: SIGNED.authorization },
      { ...SIGNED, authorization: 'Basic abc' },
    ];
    for (const form of forms) {
      const { status, body } = await post({ ...target('ListSchemas'), ...form });
      expect([status, body.__type]).toEqual([400, 'IncompleteSignatureException']);
    }
  });

  it('answers an operation it does not offer as an unknown one', async () => {
    expect(await post({ ...SIGNED, ...target('MakeCoffee') })).toEqual({
      status: 400,
      body: { __type: 'UnknownOperationException' },
    });
    expect(await post({ ...SIGNED, 'x-amz-target': 'DynamoDB_20120810.ListTables' })).toMatchObject({
      status: 400,
    });
  });

  it('refuses a body that is not JSON, or has a member of a wrong type', async () => {
    for (const body of ['{', '[]', '{"name":5}']) {
      const answer = await post({ ...SIGNED, ...target('CreateDatasetGroup') }, body);
      expect([answer.status, answer.body.__type]).toEqual([400, 'SerializationException']);
    }
  });

  it('names every broken constraint of a request', async () => {
    const request = harness
      .client()
      .send(new CreateDatasetGroupCommand({ name: '-bad name', roleArn: 'me' }));
    await expect(request).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: expect.stringMatching(
        /^2 validation errors detected: Value '-bad name' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: \^\[a-zA-Z0-9\]\[a-zA-Z0-9\\-_\]\*; Value 'me' at 'roleArn'/,
      ),
    });
    await expect(
      harness.client().send(new CreateDatasetGroupCommand({ name: undefined })),
    ).rejects.toMatchObject({
      message:
        "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
    });
  });

  it('lists the recipes and tells their types', async () => {
    const { recipes = [] } = await harness.client().send(new ListRecipesCommand({}));
    expect(recipes.length).toBe(15);
    const recipeArn = 'arn:aws:personalize:::recipe/aws-item-affinity';
    const { recipe } = await harness.client().send(new DescribeRecipeCommand({ recipeArn }));
    expect(recipe?.recipeType).toBe('USER_SEGMENTATION');
    const { algorithmArn, featureTransformationArn } = recipe ?? {};
    const client = harness.client();
    const { algorithm } = await client.send(new DescribeAlgorithmCommand({ algorithmArn }));
    expect(algorithm?.name).toBe('aws-item-affinity');
    const described = await client.send(
      new DescribeFeatureTransformationCommand({ featureTransformationArn }),
    );
    expect(described.featureTransformation?.status).toBe('ACTIVE');
  });

  it.skipIf(readServiceModel('personalize') === null)(
    'offers every operation of the model, and no other',
    () => {
      const known = Object.keys(readServiceModel('personalize')?.operations ?? {});
      expect(OPERATIONS.map(({ name }) => name).toSorted()).toEqual(known.toSorted());
    },
  );
});
