import type { RecipeName } from '../storage/paths.ts';
import { type CostLine, exactly, type Usd } from './costLine.ts';
import type { Prices } from './prices.ts';

/** What one run sends to Personalize. */
export interface RunVolume {
  /** Customers with a trainable line: each gets a list. */
  readonly users: number;
  /** Products in the items data set. */
  readonly items: number;
  /** Products with a trainable line: each gets similar ones. */
  readonly soldItems: number;
  readonly interactions: number;
  /** Items that get a segment (0: no segments) and users in each. */
  readonly segmentItems: number;
  readonly segmentUsers: number;
}

export type RecipeVersion = 'v1' | 'v2';

export interface RunPlan {
  readonly userPersonalization: RecipeVersion;
  readonly recipes: readonly RecipeName[];
  /** Hours billed for the last training, where they are known. */
  readonly trainedHours: Readonly<Partial<Record<RecipeName, number>>>;
}

/** About what a line of the exported CSV takes, measured on shops with ids of 4 to 8 digits. */
const ROW_BYTES = { users: 30, items: 60, interactions: 40 } as const;

/**
 * Training hours billed for a million interactions, an assumption until a run has recorded its own: public notes
 * name only monthly totals ($14–17 for 1.97 million interactions), which these split by how heavy a recipe is.
 */
const HOURS_PER_MILLION: Readonly<Record<RecipeName, Usd>> = {
  'user-personalization': { low: 2, high: 6 },
  'similar-items': { low: 1, high: 2.5 },
  'popularity-count': { low: 0.25, high: 0.5 },
  'item-affinity': { low: 1, high: 2.5 },
};

type DatasetRows = Readonly<Partial<Record<keyof typeof ROW_BYTES, number>>>;

/** About the bytes of the exported data sets. */
export function datasetBytes({ users = 0, items = 0, interactions = 0 }: DatasetRows): number {
  return users * ROW_BYTES.users + items * ROW_BYTES.items + interactions * ROW_BYTES.interactions;
}

/** What Amazon bills for one run: ingestion, training and inference of each recipe. */
export function personalizeRun(volume: RunVolume, plan: RunPlan, prices: Prices): CostLine[] {
  return [
    ingestionCost(volume, prices),
    ...plan.recipes.map((recipe) => trainingCost(recipe, volume, plan, prices)),
    ...plan.recipes.map((recipe) => inferenceCost(recipe, volume, plan, prices)),
  ];
}

export function ingestionCost(rows: DatasetRows, prices: Prices): CostLine {
  const gigabytes = datasetBytes(rows) / 1e9;
  const usd = exactly(gigabytes * prices.ingestion_gb);
  return { what: 'ingestion', quantity: gigabytes, unit: 'GB', usd, freeUntil: null };
}

export function trainingCost(
  recipe: RecipeName,
  { interactions }: RunVolume,
  plan: RunPlan,
  prices: Prices,
): CostLine {
  const line = { what: `training ${recipe}`, freeUntil: null };
  if (recipe === 'user-personalization' && plan.userPersonalization === 'v2') {
    const usd = exactly((interactions / 1000) * prices.training_v2_1000_interactions);
    return { ...line, what: `${line.what}-v2`, quantity: interactions, unit: 'interactions', usd };
  }
  const { low, high } = trainingHours(recipe, interactions, plan);
  const usd = { low: low * prices.training_hour, high: high * prices.training_hour };
  return { ...line, quantity: (low + high) / 2, unit: 'hours', usd };
}

function trainingHours(recipe: RecipeName, interactions: number, { trainedHours }: RunPlan): Usd {
  const known = trainedHours[recipe];
  if (known !== undefined) return exactly(known);
  const { low, high } = HOURS_PER_MILLION[recipe];
  const millions = interactions / 1e6;
  return { low: low * millions, high: high * millions };
}

export function inferenceCost(
  recipe: RecipeName,
  volume: RunVolume,
  plan: RunPlan,
  prices: Prices,
): CostLine {
  const line = { what: `inference ${recipe}`, freeUntil: null };
  const { users, soldItems, segmentItems, segmentUsers } = volume;
  switch (recipe) {
    case 'user-personalization': {
      const isV2 = plan.userPersonalization === 'v2';
      const rate = isV2 ? prices.inference_v2_1000 : prices.inference_1000;
      const usd = exactly((users / 1000) * rate);
      return { ...line, what: isV2 ? `${line.what}-v2` : line.what, quantity: users, unit: 'users', usd };
    }
    case 'similar-items': {
      const usd = exactly((soldItems / 1000) * prices.inference_1000);
      return { ...line, quantity: soldItems, unit: 'items', usd };
    }
    case 'popularity-count':
      // The list is the same for everyone: it is asked for once.
      return { ...line, quantity: 1, unit: 'user', usd: exactly(prices.inference_1000 / 1000) };
    case 'item-affinity': {
      const quantity = segmentItems * Math.min(segmentUsers, users);
      // Unpriced segments are refused on AWS (configParts.ts), so this is no understatement of a bill.
      const usd = exactly((quantity / 1000) * (prices.segment_1000_users ?? 0));
      return { ...line, what: 'segments item-affinity', quantity, unit: 'users in segments', usd };
    }
  }
}
