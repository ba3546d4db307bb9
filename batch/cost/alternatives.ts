import type { RecipeName } from '../storage/paths.ts';
import { type CostLine, exactly, sumOf } from './costLine.ts';
import { inferenceCost, personalizeRun, type RunPlan, type RunVolume } from './personalizeCost.ts';
import { DAYS } from './platformCost.ts';
import type { Prices } from './prices.ts';

/** Recipes that a shop would need campaigns for: segments exist in batch only. */
const CAMPAIGN_RECIPES: readonly RecipeName[] = ['user-personalization', 'similar-items', 'popularity-count'];

/** The same recommendations made in other ways, a month or, where it says so, a refresh: for comparison. */
export function alternatives(
  volume: RunVolume,
  { plan, requests }: { readonly plan: RunPlan; readonly requests: number },
  prices: Prices,
): CostLine[] {
  const v1: RunPlan = { ...plan, userPersonalization: 'v1' };
  const v2: RunPlan = { ...plan, userPersonalization: 'v2' };
  const monthly = (what: string, of: RunPlan): CostLine => ({
    what,
    quantity: 1,
    unit: 'run a month',
    usd: sumOf(personalizeRun(volume, of, prices)),
    freeUntil: null,
  });
  const daily = inferenceCost('user-personalization', volume, v1, prices);
  const keys = volume.users + volume.items;
  return [
    monthly('AWS once a month, v1 recipes', v1),
    monthly('AWS once a month, user-personalization-v2', v2),
    {
      what: 'AWS inference for every user daily, v1',
      quantity: DAYS * daily.quantity,
      unit: 'users a month',
      usd: exactly(DAYS * daily.usd.high),
      freeUntil: null,
    },
    ...campaigns(requests, prices),
    {
      what: 'one KV key for each user and product',
      quantity: keys,
      unit: 'writes a refresh',
      usd: exactly((keys / 1e6) * prices.kv_writes_million),
      freeUntil: null,
    },
  ];
}

/** A campaign is billed by the hour for the requests a second it keeps ready, at least one, used or not. */
function campaigns(requests: number, prices: Prices): CostLine[] {
  const hours = DAYS * 24;
  const tps = Math.max(1, Math.ceil(requests / (hours * 3600)));
  const usd = tps * hours * prices.campaign_tps_hour;
  const unit = `hours at ${tps} request${tps === 1 ? '' : 's'} a second`;
  return [
    { what: 'real-time campaign, one recipe', quantity: hours, unit, usd: exactly(usd), freeUntil: null },
    {
      what: `real-time campaigns, ${CAMPAIGN_RECIPES.length} recipes`,
      quantity: hours,
      unit,
      usd: exactly(usd * CAMPAIGN_RECIPES.length),
      freeUntil: null,
    },
  ];
}
