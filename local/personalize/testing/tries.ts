import { setTimeout as wait } from 'node:timers/promises';
import {
  CreateBatchInferenceJobCommand,
  CreateBatchSegmentJobCommand,
  CreateCampaignCommand,
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateDatasetImportJobCommand,
  CreateEventTrackerCommand,
  CreateFilterCommand,
  CreateSchemaCommand,
  CreateSolutionCommand,
  CreateSolutionVersionCommand,
  DeleteDatasetGroupCommand,
  DeleteSchemaCommand,
  DescribeEventTrackerCommand,
} from '@aws-sdk/client-personalize';
import { recipeArn } from '../recipes/recipeArn.ts';
import { BUCKET, type Harness, ROLE } from './harness.ts';
import { INTERACTIONS_SCHEMA, settled } from './shop.ts';

/** A shop `shop` of 240 interactions, and `big` with versions of two recipes; everything is ACTIVE. */
export interface Scene {
  readonly harness: Harness;
  readonly popular: string;
  readonly affinity: string;
  /** Lets no time pass from now on. */
  readonly stopTime: () => void;
}

type Attempt = (scene: Scene) => Promise<unknown>;

const arn = (rest: string) => `arn:aws:personalize:eu-central-1:000000000000:${rest}`;
const s3 = (path: string) => `s3://${BUCKET}/${path}`;
const HEADER = 'USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE';

/** How a job ended, in a word or its failure. */
async function end({ harness }: Scene, resource: string | undefined): Promise<string> {
  const { status, failureReason } = await settled(harness.client(), resource);
  return status === 'ACTIVE' ? 'done' : `${status}: ${failureReason}`;
}

const importRequest = (jobName: string, location: string, importMode: 'FULL' | 'INCREMENTAL' = 'FULL') =>
  new CreateDatasetImportJobCommand({
    jobName,
    datasetArn: arn('dataset/shop/INTERACTIONS'),
    dataSource: { dataLocation: s3(location) },
    roleArn: ROLE,
    importMode,
  });

async function importOf(scene: Scene, ...request: Parameters<typeof importRequest>): Promise<string> {
  const { datasetImportJobArn } = await scene.harness.client().send(importRequest(...request));
  return end(scene, datasetImportJobArn);
}

async function importText(scene: Scene, name: string, lines: readonly string[], mode?: 'INCREMENTAL') {
  await scene.harness.put(`${name}.csv`, lines.join('\n'));
  return importOf(scene, name, `${name}.csv`, mode);
}

const rows = (count: number, users: number) =>
  Array.from({ length: count }, (_, n) => `u${n % users},p${n % 50},${1_700_000_000 + n},purchase`);

const jobRequest = (
  jobName: string,
  solutionVersionArn: string,
  paths: { from?: string; to?: string } = {},
) => ({
  jobName,
  solutionVersionArn,
  jobInput: { s3DataSource: { path: s3(paths.from ?? 'in/') } },
  jobOutput: { s3DataDestination: { path: s3(paths.to ?? `out/${jobName}/`) } },
  roleArn: ROLE,
});

async function infer(scene: Scene, ...request: Parameters<typeof jobRequest>): Promise<string> {
  const command = new CreateBatchInferenceJobCommand(jobRequest(...request));
  return end(scene, (await scene.harness.client().send(command)).batchInferenceJobArn);
}

async function segment(scene: Scene, ...request: Parameters<typeof jobRequest>): Promise<string> {
  const command = new CreateBatchSegmentJobCommand(jobRequest(...request));
  return end(scene, (await scene.harness.client().send(command)).batchSegmentJobArn);
}

async function train(scene: Scene, name: string): Promise<string> {
  const client = scene.harness.client();
  const solution = new CreateSolutionCommand({
    name,
    datasetGroupArn: arn('dataset-group/shop'),
    recipeArn: recipeArn('aws-popularity-count'),
  });
  const { solutionArn } = await client.send(solution);
  await settled(client, solutionArn);
  const version = await client.send(new CreateSolutionVersionCommand({ solutionArn }));
  return end(scene, version.solutionVersionArn);
}

/** Does something many times, in order. */
const times = async (count: number, work: (n: number) => Promise<unknown>) => {
  for (let n = 0; n < count; n++) await work(n);
};

const filter = (name: string, filterExpression: string) =>
  new CreateFilterCommand({ name, datasetGroupArn: arn('dataset-group/shop'), filterExpression });

/** Things a shop may try, in this order. A promise of text is what came of it, else it is done. */
export const TRIES: Readonly<Record<string, Attempt>> = {
  'a name that is taken': ({ harness }) =>
    harness.client().send(new CreateDatasetGroupCommand({ name: 'shop' })),
  'a bad name': ({ harness }) => harness.client().send(new CreateDatasetGroupCommand({ name: 'no blanks' })),
  'a schema that is not Avro': ({ harness }) =>
    harness.client().send(new CreateSchemaCommand({ name: 'odd', schema: '{"type":"array"}' })),
  'a dataset of another type than its schema': async ({ harness }) => {
    const { schemaArn } = await harness
      .client()
      .send(new CreateSchemaCommand({ name: 'interactions', schema: INTERACTIONS_SCHEMA }));
    const datasetGroupArn = arn('dataset-group/shop');
    const request = { name: 'items', schemaArn, datasetGroupArn, datasetType: 'Items' };
    await harness.client().send(new CreateDatasetCommand(request));
  },
  'a recipe that does not exist': ({ harness }) => {
    const datasetGroupArn = arn('dataset-group/shop');
    const request = { name: 'magic', datasetGroupArn, recipeArn: recipeArn('aws-magic') };
    return harness.client().send(new CreateSolutionCommand(request));
  },
  'a filter on no field': ({ harness }) =>
    harness.client().send(filter('f', 'EXCLUDE ItemID WHERE Interactions.X = 1')),
  'a filter that cannot be read': ({ harness }) => harness.client().send(filter('f', 'EXCLUDE everything')),
  'deleting a group that is not empty': ({ harness }) =>
    harness.client().send(new DeleteDatasetGroupCommand({ datasetGroupArn: arn('dataset-group/shop') })),
  'deleting a schema in use': ({ harness }) =>
    harness.client().send(new DeleteSchemaCommand({ schemaArn: arn('schema/shop-interactions') })),
  'an import without a column': (scene) =>
    importText(scene, 'no-column', ['USER_ID,ITEM_ID,TIMESTAMP', 'u1,p1,1']),
  'an import with a bad row': (scene) => importText(scene, 'bad-row', [HEADER, 'u1,p1,soon,purchase']),
  'an import from nowhere': (scene) => importOf(scene, 'nowhere', 'nowhere.csv'),
  'segments of a version that does not exist': (scene) =>
    segment(scene, 'no-version', arn('solution/none/01234567')),
  'batch inference for a segmentation recipe': (scene) => infer(scene, 'wrong-recipe', scene.affinity),
  'segments for a recommending recipe': (scene) => segment(scene, 'wrong-recipe', scene.popular),
  'a campaign for a segmentation recipe': ({ harness, affinity }) =>
    harness.client().send(new CreateCampaignCommand({ name: 'segments', solutionVersionArn: affinity })),
  'output into the input': (scene) => infer(scene, 'equal', scene.popular, { from: 'in', to: 'in/' }),
  'input from nowhere': (scene) => infer(scene, 'no-input', scene.popular, { from: 'none/' }),
  'an input path without its slash': (scene) =>
    infer(scene, 'prefix', scene.popular, { from: 'in/ask', to: 'pre' }),
  '501 items in a file of segments': async (scene) => {
    const line = '{"itemId":"p1"}\n';
    await scene.harness.put('many/items.json', line.repeat(501));
    return segment(scene, 'many', scene.affinity, { from: 'many/' });
  },
  'training on 240 interactions': (scene) => train(scene, 'few'),
  'training on 20 users': async (scene) => {
    await importText(scene, 'few-users', [HEADER, ...rows(1000, 20)]);
    return train(scene, 'lonely');
  },
  'an INCREMENTAL import of 999 rows': (scene) =>
    importText(scene, 'increment', [HEADER, ...rows(999, 40)], 'INCREMENTAL'),
  'an eleventh filter in a group': ({ harness }) =>
    times(11, (n) =>
      harness.client().send(filter(`f${n}`, 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("x")')),
    ),
  'an eleventh solution in a group': ({ harness }) =>
    times(11, (n) => {
      const datasetGroupArn = arn('dataset-group/shop');
      const request = { name: `s${n}`, datasetGroupArn, recipeArn: recipeArn('aws-sims') };
      return harness.client().send(new CreateSolutionCommand(request));
    }),
  'a sixth dataset group': ({ harness }) =>
    times(4, (n) => harness.client().send(new CreateDatasetGroupCommand({ name: `group-${n}` }))),
  'six imports at once': ({ harness, stopTime }) => {
    stopTime();
    return times(6, (n) => harness.client().send(importRequest(`at-once-${n}`, 'shop/interactions.csv')));
  },
  'six batch inference jobs at once': ({ harness, popular }) =>
    times(6, (n) =>
      harness.client().send(new CreateBatchInferenceJobCommand(jobRequest(`at-once-${n}`, popular))),
    ),
  'six segment jobs at once': ({ harness, affinity }) =>
    times(6, (n) =>
      harness.client().send(new CreateBatchSegmentJobCommand(jobRequest(`at-once-${n}`, affinity))),
    ),
  'what is made while no time passes': async ({ harness }) => {
    const client = harness.client();
    const datasetGroupArn = arn('dataset-group/shop');
    const { eventTrackerArn } = await client.send(
      new CreateEventTrackerCommand({ name: 'pages', datasetGroupArn }),
    );
    const status = async () =>
      (await client.send(new DescribeEventTrackerCommand({ eventTrackerArn }))).eventTracker?.status;
    for (let n = 0; n < 50 && (await status()) !== 'ACTIVE'; n++) await wait(10);
    return status();
  },
};
