import { z } from 'zod';
import { checkFilterSuits } from '../filters/suitability.ts';
import { DEFAULT_RESULTS } from '../limits.ts';
import { Arn, Name, RoleArn, S3DataConfig, Tags } from '../protocol/constraints.ts';
import { invalidInput } from '../protocol/errors.ts';
import type { Call } from '../protocol/operation.ts';
import { RECIPES, type Recipe } from '../recipes/catalogue.ts';
import { active, existing } from '../state/resources.ts';
import { asFolder, parseLocation } from '../storage/location.ts';

/** What both kinds of batch job ask. */
export const BatchJobRequest = z.object({
  jobName: Name,
  solutionVersionArn: Arn,
  filterArn: Arn.optional(),
  numResults: z.int().optional(),
  jobInput: z.object({ s3DataSource: S3DataConfig }),
  jobOutput: z.object({ s3DataDestination: S3DataConfig }),
  roleArn: RoleArn,
  tags: Tags.optional(),
});
export type BatchJobRequest = z.infer<typeof BatchJobRequest>;

function recipeNamed(name: string): Recipe {
  const recipe = RECIPES.find((one) => one.name === name);
  if (recipe === undefined) throw invalidInput(`Recipe ${name} is not offered.`);
  return recipe;
}

function checkPaths(input: string, output: string): void {
  const from = parseLocation(input);
  const to = parseLocation(output);
  if (from === null) throw invalidInput('Invalid S3 input path');
  if (to === null || (from.bucket === to.bucket && asFolder(from.key) === asFolder(to.key))) {
    throw invalidInput('Invalid S3 output path');
  }
}

/** Checks what both kinds of job have in common; returns the members their records share. */
export function readBatchJob(call: Call, request: BatchJobRequest, maxResults: number) {
  const version = active(call, 'solutionVersion', request.solutionVersionArn);
  const recipe = recipeNamed(version.recipe);
  if (request.filterArn !== undefined) {
    const filter = active(call, 'filter', request.filterArn);
    if (filter.groupArn !== version.groupArn)
      throw invalidInput('The filter and the solution version are of different dataset groups.');
    checkFilterSuits(filter.expression, recipe);
  }
  const inputPath = request.jobInput.s3DataSource.path;
  const outputPath = request.jobOutput.s3DataDestination.path;
  checkPaths(inputPath, outputPath);
  const numResults = request.numResults ?? DEFAULT_RESULTS;
  if (numResults < 1 || numResults > maxResults)
    throw invalidInput(`numResults must be between 1 and ${maxResults}.`);
  existing(call, 'solution', version.solutionArn);
  const record = {
    name: request.jobName,
    versionArn: version.arn,
    filterArn: request.filterArn ?? null,
    numResults,
    inputPath,
    outputPath,
  };
  return { recipe, record };
}
