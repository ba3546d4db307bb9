import {
  CreateBatchSegmentJobCommand,
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateDatasetImportJobCommand,
  CreateFilterCommand,
  CreateSchemaCommand,
  CreateSolutionCommand,
  DescribeDatasetGroupCommand,
} from '@aws-sdk/client-personalize';
import { expect, it } from 'vitest';
import { manualClock } from './clock.ts';
import { recipeArn } from './recipes/recipeArn.ts';
import { BUCKET, type Harness, ROLE, startHarness } from './testing/harness.ts';
import { INTERACTIONS_SCHEMA, importShop, smallShop, trainRecipe } from './testing/shop.ts';

const arn = (rest: string) => `arn:aws:personalize:eu-central-1:000000000000:${rest}`;
const DAY_MS = 86_400_000;

interface Scene {
  readonly harness: Harness;
  readonly groupArn: string;
}

const importJob = (jobName: string) =>
  new CreateDatasetImportJobCommand({
    jobName,
    datasetArn: arn('dataset/shop/INTERACTIONS'),
    dataSource: { dataLocation: `s3://${BUCKET}/shop/interactions.csv` },
    roleArn: ROLE,
  });

/** Things a shop may try; each answers what came of it. */
const TRIES: Readonly<Record<string, (scene: Scene) => Promise<string>>> = {
  'a name that is taken': async ({ harness }) => {
    await harness.client().send(new CreateDatasetGroupCommand({ name: 'shop' }));
    return 'done';
  },
  'a bad name': async ({ harness }) => {
    await harness.client().send(new CreateDatasetGroupCommand({ name: 'no blanks' }));
    return 'done';
  },
  'a schema that is not Avro': async ({ harness }) => {
    await harness.client().send(new CreateSchemaCommand({ name: 'odd', schema: '{"type":"array"}' }));
    return 'done';
  },
  'a dataset of another type than its schema': async ({ harness, groupArn }) => {
    const { schemaArn } = await harness
      .client()
      .send(new CreateSchemaCommand({ name: 'interactions', schema: INTERACTIONS_SCHEMA }));
    const request = { name: 'items', schemaArn, datasetGroupArn: groupArn, datasetType: 'Items' };
    await harness.client().send(new CreateDatasetCommand(request));
    return 'done';
  },
  'a recipe that does not exist': async ({ harness, groupArn }) => {
    const request = { name: 'magic', datasetGroupArn: groupArn, recipeArn: recipeArn('aws-magic') };
    await harness.client().send(new CreateSolutionCommand(request));
    return 'done';
  },
  'a filter on no field': async ({ harness, groupArn }) => {
    const request = {
      name: 'f',
      datasetGroupArn: groupArn,
      filterExpression: 'EXCLUDE ItemID WHERE Items.X = 1',
    };
    await harness.client().send(new CreateFilterCommand(request));
    return 'done';
  },
  'segments of a version that does not exist': async ({ harness }) => {
    const request = {
      jobName: 'segments',
      solutionVersionArn: arn('solution/none/01234567'),
      jobInput: { s3DataSource: { path: `s3://${BUCKET}/in/` } },
      jobOutput: { s3DataDestination: { path: `s3://${BUCKET}/out/` } },
      roleArn: ROLE,
    };
    await harness.client().send(new CreateBatchSegmentJobCommand(request));
    return 'done';
  },
  'training on 240 interactions': async ({ harness, groupArn }) => {
    await trainRecipe(harness, groupArn, 'aws-popularity-count');
    return 'done';
  },
  'six imports at once': async ({ harness }) => {
    await Promise.all(Array.from({ length: 6 }, (_, n) => harness.client().send(importJob(`at-once-${n}`))));
    return 'done';
  },
  'a sixth dataset group': async ({ harness }) => {
    for (let n = 1; n < 6; n++)
      await harness.client().send(new CreateDatasetGroupCommand({ name: `group-${n}` }));
    return 'done';
  },
};

const outcome = (attempt: Promise<string>) =>
  attempt.catch((error: Error) =>
    error.name === 'Error' ? error.message.replace(/^.* is /, '') : error.name,
  );

async function outcomesOn(profile: 'engine' | 'aws'): Promise<Record<string, string>> {
  const clock = manualClock();
  const harness = await startHarness({ profile, clock });
  const flight = setInterval(() => clock.advance(DAY_MS), 5);
  const outcomes: Record<string, string> = {};
  try {
    const { interactions } = smallShop();
    const scene = { harness, groupArn: await importShop(harness, 'shop', { interactions }) };
    for (const [name, attempt] of Object.entries(TRIES)) {
      // Jobs at once must find each other under way: time stands still for those.
      if (name === 'six imports at once') clearInterval(flight);
      outcomes[name] = await outcome(attempt(scene));
    }
    await harness.client().send(new DescribeDatasetGroupCommand({ datasetGroupArn: scene.groupArn }));
  } finally {
    clearInterval(flight);
    await harness.stop();
  }
  return outcomes;
}

it('the profiles differ in minimums, quotas and waits only', async () => {
  const engine = await outcomesOn('engine');
  const aws = await outcomesOn('aws');
  const names = Object.keys(TRIES);
  expect(
    Object.fromEntries(names.filter((name) => engine[name] === aws[name]).map((name) => [name, aws[name]])),
  ).toEqual({
    'a name that is taken': 'ResourceAlreadyExistsException',
    'a bad name': 'InvalidInputException',
    'a schema that is not Avro': 'InvalidInputException',
    'a dataset of another type than its schema': 'InvalidInputException',
    'a recipe that does not exist': 'ResourceNotFoundException',
    'a filter on no field': 'InvalidInputException',
    'segments of a version that does not exist': 'ResourceNotFoundException',
  });
  const differing = names.filter((name) => engine[name] !== aws[name]);
  expect(differing.map((name) => [name, engine[name], aws[name]])).toEqual([
    [
      'training on 240 interactions',
      'done',
      'CREATE FAILED: Create failed. Dataset has fewer than 1000 interactions.',
    ],
    ['six imports at once', 'done', 'LimitExceededException'],
    ['a sixth dataset group', 'done', 'LimitExceededException'],
  ]);
});
