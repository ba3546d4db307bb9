/** The four recipes that go through Personalize's protocol. */
export const RECIPES = [
  'user-personalization',
  'similar-items',
  'popularity-count',
  'item-affinity',
] as const;
export type RecipeName = (typeof RECIPES)[number];

export const DATASETS = ['users', 'items', 'interactions'] as const;
export type DatasetName = (typeof DATASETS)[number];

/** The part of the configuration that decides where a run's objects lie. */
export interface RunPlace {
  readonly environment: string;
  readonly s3: { readonly prefix: string };
}

/** Folder of all runs of an environment, ending with `/`. */
function environmentPrefix(place: RunPlace): string {
  return `${place.s3.prefix}/${place.environment}/`;
}

/** Folder of everything one run puts into the bucket, ending with `/`. */
export function runPrefix(place: RunPlace, runId: string): string {
  return `${environmentPrefix(place)}${runId}/`;
}

/** Key of a data set's CSV. */
export function datasetKey(place: RunPlace, runId: string, dataset: DatasetName): string {
  return `${runPrefix(place, runId)}datasets/${dataset}.csv`;
}

/** Folder of the input lines of a recipe. Ends with `/`: Personalize takes a bare path as a prefix. */
export function inputPrefix(place: RunPlace, runId: string, recipe: RecipeName): string {
  return `${runPrefix(place, runId)}input/${recipe}/`;
}

/** Folder of a recipe's `.out` objects. It must differ from the input's folder. */
export function outputPrefix(place: RunPlace, runId: string, recipe: RecipeName): string {
  return `${runPrefix(place, runId)}output/${recipe}/`;
}
