import { createHash } from 'node:crypto';
import type { DatasetName, RecipeName } from '../storage/paths.ts';

/**
 * Names in Personalize: unique in an account and region, at most 63 characters, so each begins with the
 * environment (16 at most) and those of jobs carry the run (20). They are the same whenever a run is resumed.
 */
export const datasetGroupName = (environment: string): string => `${environment}-recommendations`;

export const datasetName = (environment: string, dataset: DatasetName): string => `${environment}-${dataset}`;

/** A schema cannot be changed, so another one gets another name. */
export function schemaName(environment: string, dataset: DatasetName, schema: string): string {
  return `${environment}-${dataset}-${createHash('sha256').update(schema).digest('hex').slice(0, 8)}`;
}

/** A solution cannot change its recipe, so each version of one has its own. */
export const solutionName = (environment: string, recipe: RecipeName, version: RecipeVersion): string =>
  `${environment}-aws-${recipe}${suffixOf(version)}`;

export const jobName = (environment: string, runId: string, part: DatasetName | RecipeName): string =>
  `${environment}-${runId}-${part}`;

export const recipeArn = (recipe: RecipeName, version: RecipeVersion): string =>
  `arn:aws:personalize:::recipe/aws-${recipe}${suffixOf(version)}`;

type RecipeVersion = 'v1' | 'v2';
const suffixOf = (version: RecipeVersion): string => (version === 'v1' ? '' : `-${version}`);
