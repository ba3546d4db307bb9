import {
  ListBatchInferenceJobsCommand,
  ListBatchSegmentJobsCommand,
  ListDatasetImportJobsCommand,
  ListSolutionVersionsCommand,
  PersonalizeClient,
} from '@aws-sdk/client-personalize';
import pg from 'pg';
import { z } from 'zod';
import { POINTER_KEY, Pointer } from '../../shared/snapshot/manifest.ts';
import type { TestClouds } from '../testing/cloudsOn.ts';

/** What is left after two runs, as far as it can be counted. Compare it with expectedRemains(). */
export interface Remains {
  /** Run, and how it ended. */
  readonly runs: readonly string[];
  /** Steps that have not succeeded. */
  readonly unfinished: readonly string[];
  /** Jobs in Personalize for each run, as its SDK lists them: kind and how many. */
  readonly jobs: readonly Readonly<Record<string, number>>[];
  readonly snapshots: number;
  /** Rows of each kept snapshot: customers, and how many are there twice. */
  readonly rows: readonly { readonly customers: number; readonly doubled: number }[];
  /** Whether Postgres and KV mean the same snapshot and generation. */
  readonly agrees: boolean;
  /** Tables that belong to no snapshot. */
  readonly stray: number;
}

export function expectedRemains(customers: number): Remains {
  const jobs = { imports: 3, trainings: 4, inferences: 3, segments: 1 };
  return {
    runs: ['succeeded', 'succeeded'],
    unfinished: [],
    jobs: [jobs, jobs],
    snapshots: 2,
    rows: [
      { customers, doubled: 0 },
      { customers, doubled: 0 },
    ],
    agrees: true,
    stray: 0,
  };
}

export async function readRemains(clouds: TestClouds): Promise<Remains> {
  const client = new pg.Client({ connectionString: clouds.databaseUrl });
  await client.connect();
  try {
    const rowsOf = async <T>(sql: string, row: z.ZodType<T>) =>
      z.array(row).parse((await client.query(sql)).rows);
    const runs = await rowsOf(
      `SELECT run_id, status FROM batch_job_metadata WHERE kind = 'run' ORDER BY id`,
      z.object({ run_id: z.string(), status: z.string() }),
    );
    const unfinished = await rowsOf(
      `SELECT name FROM batch_job_metadata WHERE kind <> 'run' AND status <> 'succeeded'`,
      z.object({ name: z.string() }),
    );
    const rows = await rowsOf(
      `SELECT count(DISTINCT customer_key)::int AS customers, (count(*) - count(DISTINCT customer_key))::int AS doubled
       FROM snapshot_users GROUP BY snapshot_id ORDER BY snapshot_id`,
      z.object({ customers: z.number(), doubled: z.number() }),
    );
    const [counts] = await rowsOf(
      `SELECT (SELECT count(*) FROM snapshots)::int AS snapshots,
              (SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname ~ '^snapshot_(users|lists)_[0-9]+$'
               AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = pg_class.oid))::int AS stray,
              (SELECT live_snapshot_id FROM live_pointer) AS live,
              (SELECT generation FROM live_pointer)::int AS generation`,
      z.object({ snapshots: z.number(), stray: z.number(), live: z.number(), generation: z.number() }),
    );
    const stored = clouds.kv.values.get(POINTER_KEY);
    const pointer = stored === undefined ? null : Pointer.parse(JSON.parse(String(stored)));
    const jobs = [];
    for (const { run_id } of runs) jobs.push(await countJobs(clouds, run_id));
    return {
      runs: runs.map(({ status }) => status),
      unfinished: unfinished.map(({ name }) => name),
      jobs,
      snapshots: counts?.snapshots ?? 0,
      rows,
      agrees: pointer?.live === counts?.live && pointer?.generation === counts?.generation,
      stray: counts?.stray ?? 0,
    };
  } finally {
    await client.end();
  }
}

/** Of one run. Solution versions show no name in lists: they are counted by what they were made within. */
async function countJobs(
  { environment, exchanges }: TestClouds,
  runId: string,
): Promise<Record<string, number>> {
  const client = new PersonalizeClient({
    region: environment['AWS_REGION'] ?? '',
    endpoint: environment['AWS_ENDPOINT_URL_PERSONALIZE'] ?? '',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const all = { maxResults: 100 };
  const imports = await client.send(new ListDatasetImportJobsCommand(all));
  const inferences = await client.send(new ListBatchInferenceJobsCommand(all));
  const segments = await client.send(new ListBatchSegmentJobsCommand(all));
  const versions = await client.send(new ListSolutionVersionsCommand(all));
  const ours = (jobs: readonly { readonly jobName?: string | undefined }[] | undefined) =>
    jobs?.filter(({ jobName }) => jobName?.includes(runId)).length ?? 0;
  const made = new Set(
    exchanges.flatMap(({ operation, request, answer }) =>
      operation === 'CreateSolutionVersion' && JSON.stringify(request).includes(runId)
        ? [z.object({ solutionVersionArn: z.string().optional() }).parse(answer ?? {}).solutionVersionArn]
        : [],
    ),
  );
  return {
    imports: ours(imports.datasetImportJobs),
    trainings:
      versions.solutionVersions?.filter(({ solutionVersionArn }) => made.has(solutionVersionArn)).length ?? 0,
    inferences: ours(inferences.batchInferenceJobs),
    segments: ours(segments.batchSegmentJobs),
  };
}
