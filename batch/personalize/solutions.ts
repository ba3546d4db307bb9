import {
  CreateSolutionCommand,
  CreateSolutionVersionCommand,
  DescribeSolutionCommand,
  DescribeSolutionVersionCommand,
  paginateListSolutions,
  paginateListSolutionVersions,
} from '@aws-sdk/client-personalize';
import type { StepContext } from '../steps/step.ts';
import type { RecipeName } from '../storage/paths.ts';
import { trainedInteractions } from './exported.ts';
import type { CloudJob } from './jobs.ts';
import { jobName, recipeArn, solutionName } from './names.ts';
import { recipeVersion } from './recipes.ts';
import { ensureActive } from './resources.ts';
import { findNamed, required, stateOf } from './summaries.ts';

/** @returns ARN of the recipe's solution, made if need be */
export function ensureSolution(
  context: StepContext,
  datasetGroupArn: string,
  recipe: RecipeName,
): Promise<string> {
  const { personalize: client, config } = context;
  const version = recipeVersion(config, recipe);
  const name = solutionName(config.environment, recipe, version);
  return ensureActive(context, {
    what: `solution ${name}`,
    find: async () => {
      const adopted = config.personalize.solutionArns[recipe];
      if (adopted !== undefined) return adopted;
      const pages = paginateListSolutions({ client }, { datasetGroupArn, maxResults: 100 });
      return (await findNamed(pages, ({ solutions }) => solutions, name))?.solutionArn ?? null;
    },
    create: async () => {
      const command = new CreateSolutionCommand({
        name,
        datasetGroupArn,
        recipeArn: recipeArn(recipe, version),
        // Its default is true: Personalize would train, and bill, every seven days by itself.
        performAutoTraining: false,
      });
      return (await client.send(command)).solutionArn;
    },
    describe: async (solutionArn) => {
      const { solution } = await client.send(new DescribeSolutionCommand({ solutionArn }));
      return stateOf(solutionArn, solution);
    },
  });
}

/** Clocks differ: versions made this long before the run began are still looked at. */
const CLOCK_DIFFERENCE_MS = 3_600_000;

/** Training: a solution version with the run's name. Lists do not show names, so the recent ones are asked for theirs. */
export function trainingJob(context: StepContext, solutionArn: string, recipe: RecipeName): CloudJob {
  const { personalize: client, config, runId, startedAt } = context;
  const describe = async (solutionVersionArn: string) =>
    (await client.send(new DescribeSolutionVersionCommand({ solutionVersionArn }))).solutionVersion;
  const since = startedAt.getTime() - CLOCK_DIFFERENCE_MS;
  return {
    record: `training/${recipe}`,
    name: jobName(config.environment, runId, recipe),
    counts: { interactions: trainedInteractions(context.earlier) },
    find: async (name) => {
      for await (const page of paginateListSolutionVersions({ client }, { solutionArn, maxResults: 100 })) {
        for (const { solutionVersionArn, creationDateTime } of page.solutionVersions ?? []) {
          if (solutionVersionArn === undefined || (creationDateTime?.getTime() ?? since) < since) continue;
          const version = await describe(solutionVersionArn);
          if (version?.name === name) return stateOf(solutionVersionArn, version);
        }
      }
      return null;
    },
    create: async (name) => {
      const command = new CreateSolutionVersionCommand({ name, solutionArn, trainingMode: 'FULL' });
      return required((await client.send(command)).solutionVersionArn, name);
    },
    describe: async (arn) => stateOf(arn, await describe(arn)),
  };
}
