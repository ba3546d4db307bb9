import type { Config } from '../config.ts';
import type { RunVolume } from '../cost/personalizeCost.ts';
import { recipesOf } from '../personalize/recipes.ts';
import type { RecipeName } from '../storage/paths.ts';

/** A job a run makes in Personalize, and what its price rests on. */
export interface PlannedJob {
  /** As its row in batch_job_metadata. */
  readonly record: string;
  readonly quantity: number;
  readonly unit: 'rows' | 'interactions' | 'users' | 'items';
  /** Answers for each of them; null where there are none. */
  readonly results: number | null;
}

/** The jobs of a run that trains, in the order they are made. */
export function plannedJobs(
  config: Pick<Config, 'lengths' | 'personalize'>,
  volume: RunVolume,
): PlannedJob[] {
  const recipes = recipesOf(config);
  return [
    { record: 'import/users', quantity: volume.users, unit: 'rows', results: null },
    { record: 'import/items', quantity: volume.items, unit: 'rows', results: null },
    { record: 'import/interactions', quantity: volume.interactions, unit: 'rows', results: null },
    ...recipes.map((recipe): PlannedJob => {
      const record = `training/${recipe}`;
      return { record, quantity: volume.interactions, unit: 'interactions', results: null };
    }),
    ...recipes.map((recipe) => inferenceOf(recipe, config, volume)),
  ];
}

function inferenceOf(
  recipe: RecipeName,
  { lengths }: Pick<Config, 'lengths'>,
  { users, soldItems, segmentItems, segmentUsers }: RunVolume,
): PlannedJob {
  const record = `${recipe === 'item-affinity' ? 'batch-segment' : 'batch-inference'}/${recipe}`;
  const wanted: Record<RecipeName, Omit<PlannedJob, 'record'>> = {
    'user-personalization': { quantity: users, unit: 'users', results: lengths.user_recommendations },
    'similar-items': { quantity: soldItems, unit: 'items', results: lengths.similar },
    // The list is the same for everyone: one user is asked for.
    'popularity-count': { quantity: Math.min(1, users), unit: 'users', results: lengths.popular },
    'item-affinity': { quantity: segmentItems, unit: 'items', results: segmentUsers },
  };
  return { record, ...wanted[recipe] };
}
