import { z } from 'zod';
import { Tags } from '../protocol/constraints.ts';

/** What each resource keeps on disk. `request` members are echoed by Describe as they came. */
const Base = z.object({
  arn: z.string(),
  /** Order of creation, for paging. */
  sequence: z.int(),
  status: z.string(),
  failureReason: z.string().nullable(),
  /** Milliseconds since 1970. */
  createdAt: z.number(),
  updatedAt: z.number(),
  tags: Tags,
  /** Deaths of the process in the midst of making it, as far as they are known. */
  interruptions: z.int().default(0),
});

const Request = z.record(z.string(), z.unknown());
const DatasetSources = z.record(z.string(), z.object({ folder: z.string(), stream: z.string() }));
const S3Paths = { inputPath: z.string(), outputPath: z.string() };

/** When Update* last changed it, milliseconds; null: never. */
const Update = z.number().nullable().default(null);

const record = <K extends string, S extends z.ZodRawShape>(kind: K, shape: S) =>
  Base.extend({ kind: z.literal(kind), request: Request, ...shape });

const DatasetGroup = record('datasetGroup', { name: z.string(), domain: z.string().nullable() });
const Schema = record('schema', {
  name: z.string(),
  schema: z.string(),
  domain: z.string().nullable(),
});
const Dataset = record('dataset', {
  name: z.string(),
  groupArn: z.string(),
  /** Upper case, as in the ARN. */
  type: z.string(),
  schemaArn: z.string(),
  /** Folder (below the data folder) of the bulk data in force; null before the first import. */
  folder: z.string().nullable(),
  /** Folder of what FULL imports alone left, which is all that segments see; null: the same as `folder`. */
  full: z.string().nullable().default(null),
  update: Update,
});
const ImportJob = record('importJob', {
  name: z.string(),
  datasetArn: z.string(),
  location: z.string(),
  mode: z.enum(['FULL', 'INCREMENTAL']),
});
const Solution = record('solution', {
  name: z.string(),
  groupArn: z.string(),
  recipe: z.string(),
  update: Update,
});
const SolutionVersion = record('solutionVersion', {
  name: z.string().nullable(),
  solutionArn: z.string(),
  groupArn: z.string(),
  recipe: z.string(),
  /** The bulk data present when the version was made, by dataset type. */
  sources: DatasetSources.default({}),
  /** The trained model's file below the data folder; null until ACTIVE. */
  model: z.string().nullable(),
  metrics: z.record(z.string(), z.number()),
  trainingHours: z.number().nullable(),
});
const batchJob = {
  name: z.string(),
  versionArn: z.string(),
  filterArn: z.string().nullable(),
  numResults: z.int(),
  ...S3Paths,
};
const BatchInferenceJob = record('batchInferenceJob', batchJob);
const BatchSegmentJob = record('batchSegmentJob', batchJob);
const Filter = record('filter', { name: z.string(), groupArn: z.string(), expression: z.string() });

const Campaign = record('campaign', {
  name: z.string(),
  groupArn: z.string(),
  versionArn: z.string(),
  update: Update,
});
const Recommender = record('recommender', {
  name: z.string(),
  groupArn: z.string(),
  recipe: z.string(),
  sources: DatasetSources,
  model: z.string().nullable(),
  metrics: z.record(z.string(), z.number()),
  update: Update,
});
const MetricAttribution = record('metricAttribution', {
  name: z.string(),
  groupArn: z.string(),
  metrics: z.array(z.object({ eventType: z.string(), metricName: z.string(), expression: z.string() })),
});
const EventTracker = record('eventTracker', {
  name: z.string(),
  groupArn: z.string(),
  trackingId: z.string(),
});
const ExportJob = record('exportJob', {
  name: z.string(),
  datasetArn: z.string(),
  mode: z.enum(['BULK', 'PUT', 'ALL']),
  outputPath: z.string(),
});
const DeletionJob = record('deletionJob', {
  name: z.string(),
  groupArn: z.string(),
  location: z.string(),
  deleted: z.int(),
});

export const Resource = z.discriminatedUnion('kind', [
  DatasetGroup,
  Schema,
  Dataset,
  ImportJob,
  Solution,
  SolutionVersion,
  BatchInferenceJob,
  BatchSegmentJob,
  Filter,
  Campaign,
  EventTracker,
  Recommender,
  MetricAttribution,
  ExportJob,
  DeletionJob,
]);
export type Resource = z.infer<typeof Resource>;
export type Kind = Resource['kind'];
export type ResourceOf<K extends Kind> = Extract<Resource, { kind: K }>;
