import type { PersonalizeClient } from '@aws-sdk/client-personalize';
import { z } from 'zod';
import { BatchError } from '../errors.ts';
import { inferenceJob } from '../personalize/batchJobs.ts';
import { ensureDataset, ensureDatasetGroup, importJob } from '../personalize/datasets.ts';
import { createJobBoard } from '../personalize/jobBoard.ts';
import { completeJob } from '../personalize/jobs.ts';
import { newTally, readRecommendations } from '../personalize/outputLines.ts';
import { settleAll } from '../personalize/settle.ts';
import { ensureSolution, trainingJob } from '../personalize/solutions.ts';
import type { StepContext } from '../steps/step.ts';
import { deletePrefix, listObjects } from '../storage/objectStore.ts';
import { DATASETS, outputPrefix, runPrefix } from '../storage/paths.ts';
import { exportUntil } from './exportUntil.ts';
import type { ListMaker } from './scoreLists.ts';
import type { TestCustomer } from './testCustomers.ts';

const RECIPE = 'user-personalization';
/**
 * Evaluations have a dataset group, solutions and objects of their own. No environment's name can end so, and the
 * names of jobs still fit into 63 characters.
 */
export const EVALUATION_SUFFIX = '_ev';

interface Remake {
  readonly engine: 'aws' | 'embedded';
  /** The engine's endpoint. */
  readonly personalize: PersonalizeClient;
  readonly cutOff: Date;
  readonly customers: readonly TestCustomer[];
}

/**
 * The lists an engine makes for these customers from the orders up to a cut-off, through Personalize's protocol.
 * Found again by name when it is repeated; its objects are deleted at the end.
 */
export async function remakeLists(context: StepContext, remake: Remake): Promise<ListMaker> {
  const { engine, customers, cutOff } = remake;
  const evaluation = contextOf(context, remake);
  context.log.info(`${engine} engine: making lists as of ${cutOff.toISOString().slice(0, 10)}, to compare`);
  await deleteLeftovers(evaluation);
  await exportUntil(evaluation, { cutOff, customers: customers.map(({ number }) => number) });
  await makeLists(evaluation);
  const lists = await readLists(evaluation);
  // Whoever gave no lists must not be scored as if all were wrong.
  if (lists.size < customers.length / 2) throw listsMissing(engine);
  await deletePrefix(context.s3, runPrefix(evaluation.config, context.runId));
  return { name: engine, engine, listOf: (customer) => lists.get(customer) ?? null };
}

function listsMissing(engine: string): BatchError {
  return new BatchError({
    code: 'output_missing',
    message: `the ${engine} engine gave lists for fewer than half of the customers that were asked for`,
    remedy: 'batch bakeoff asks again',
  });
}

/** What evaluations that were cut off left in the bucket. */
async function deleteLeftovers({ s3, config, runId }: StepContext): Promise<void> {
  const own = runPrefix(config, runId);
  const folder = own.slice(0, -`${runId}/`.length);
  const left = (await listObjects(s3, folder)).filter(({ key }) => !key.startsWith(own));
  const runs = new Set(left.map(({ key }) => key.slice(folder.length).split('/', 1)[0] ?? ''));
  for (const run of runs) await deletePrefix(s3, runPrefix(config, run));
}

function contextOf(context: StepContext, { engine, personalize }: Remake): StepContext {
  const { config, jobs } = context;
  const waits = engine === 'embedded' ? { pollFirstMs: 50, pollMaxMs: 1000 } : {};
  return {
    ...context,
    wait: true,
    personalize,
    earlier: new Map(),
    config: {
      ...config,
      environment: `${config.environment}${EVALUATION_SUFFIX}`,
      // What was adopted is production's: an evaluation must not import its cut data there.
      personalize: { ...config.personalize, engine, datasetGroupArn: null, solutionArns: {}, ...waits },
    },
    // Beside the run's own jobs, and not mistaken for them.
    jobs: {
      find: (name) => jobs.find(`evaluation/${name}`),
      record: (job) => jobs.record({ ...job, name: `evaluation/${job.name}` }),
    },
  };
}

async function makeLists(context: StepContext): Promise<void> {
  const group = await ensureDatasetGroup(context);
  const imports = [];
  for (const dataset of DATASETS) {
    const datasetArn = await ensureDataset(context, group, dataset);
    imports.push(importJob(context, { datasetArn, dataset, importMode: 'FULL' }));
  }
  const solution = await ensureSolution(context, group, RECIPE);
  const training = trainingJob(context, solution, RECIPE);
  const board = createJobBoard(
    context.progress,
    [...imports, training].map(({ record }) => record),
  );
  await settleAll(imports.map((job) => completeJob(context, job, board)));
  const solutionVersionArn = await completeJob(context, training, board);
  const numResults = context.config.lengths.user_recommendations;
  await completeJob(
    context,
    inferenceJob(context, { recipe: RECIPE, solutionVersionArn, numResults }),
    board,
  );
}

async function readLists({ pool, s3, config, runId }: StepContext): Promise<Map<number, number[]>> {
  const answer = await pool.query('SELECT product_id, item_number FROM products');
  const Product = z.object({ product_id: z.string(), item_number: z.int() });
  const numberOf = new Map(
    answer.rows
      .map((row) => Product.parse(row))
      .map(({ product_id, item_number }) => [product_id, item_number]),
  );
  const lists = new Map<number, number[]>();
  const prefix = outputPrefix(config, runId, RECIPE);
  for await (const { id, items } of readRecommendations(s3, prefix, newTally()))
    lists.set(
      Number(id),
      items.map((item) => numberOf.get(item) ?? 0),
    );
  return lists;
}
