import { z } from 'zod';
import { arnOf } from '../arns.ts';
import { MAX_CAMPAIGNS_IN_GROUP } from '../limits.ts';
import { present, stateOf, updateTimes } from '../protocol/answers.ts';
import { Arn, HyperParameters, Name, Page, RankingInfluence, Tags } from '../protocol/constraints.ts';
import { invalidInput, notFound } from '../protocol/errors.ts';
import { type Call, operation } from '../protocol/operation.ts';
import { page } from '../protocol/paging.ts';
import { RECIPES } from '../recipes/catalogue.ts';
import type { ResourceOf } from '../state/records.ts';
import { active, begin, checkCount, existing, inRegion, removable } from '../state/resources.ts';

const CampaignConfig = z.object({
  itemExplorationConfig: HyperParameters.optional(),
  enableMetadataWithRecommendations: z.boolean().optional(),
  syncWithLatestSolutionVersion: z.boolean().optional(),
  rankingInfluence: RankingInfluence.optional(),
});
const Provisioned = z.int().min(1);
const LATEST = '/$LATEST';

/** The version an ARN means; `<solution>/$LATEST` is the newest ACTIVE one. */
function versionFor(call: Call, arn: string): ResourceOf<'solutionVersion'> {
  if (!arn.endsWith(LATEST)) return active(call, 'solutionVersion', arn);
  const solutionArn = arn.slice(0, -LATEST.length);
  const versions = call.service.state.list('solutionVersion');
  const newest = versions.findLast((one) => one.solutionArn === solutionArn && one.status === 'ACTIVE');
  if (newest === undefined) throw notFound(arn);
  return newest;
}

function servable(call: Call, arn: string): ResourceOf<'solutionVersion'> {
  const version = versionFor(call, arn);
  const recipe = RECIPES.find(({ name }) => name === version.recipe);
  if (recipe === undefined || recipe.batchSegments) {
    throw invalidInput(`Campaigns are not supported for recipe ${recipe?.arn ?? version.recipe}.`);
  }
  return version;
}

const create = operation(
  'CreateCampaign',
  z.object({
    name: Name,
    solutionVersionArn: Arn,
    minProvisionedTPS: Provisioned.optional(),
    campaignConfig: CampaignConfig.optional(),
    tags: Tags.optional(),
  }),
  async (call, input) => {
    const arn = arnOf(call, `campaign/${input.name}`);
    const base = begin(call, arn, input);
    const { arn: versionArn, groupArn } = servable(call, input.solutionVersionArn);
    const siblings = inRegion(call, 'campaign').filter((campaign) => campaign.groupArn === groupArn);
    checkCount(call, siblings.length, MAX_CAMPAIGNS_IN_GROUP, 'campaigns in a dataset group');
    await call.service.lifecycle.create({
      ...base,
      kind: 'campaign',
      name: input.name,
      groupArn,
      versionArn,
      update: null,
    });
    return { campaignArn: arn };
  },
);

const summary = (campaign: ResourceOf<'campaign'>) => ({
  name: campaign.name,
  campaignArn: campaign.arn,
  ...stateOf(campaign),
});

function updateOf({ update, request, versionArn }: ResourceOf<'campaign'>) {
  if (update === null) return {};
  const { minProvisionedTPS, campaignConfig } = request;
  const change = { solutionVersionArn: versionArn, minProvisionedTPS, campaignConfig };
  return { latestCampaignUpdate: present({ ...change, ...updateTimes(update) }) };
}

const describe = operation('DescribeCampaign', z.object({ campaignArn: Arn }), (call, input) => {
  const campaign = existing(call, 'campaign', input.campaignArn);
  const { minProvisionedTPS, campaignConfig } = campaign.request;
  return {
    campaign: present({
      ...summary(campaign),
      solutionVersionArn: campaign.versionArn,
      minProvisionedTPS: minProvisionedTPS ?? 1,
      campaignConfig,
      ...updateOf(campaign),
    }),
  };
});

const list = operation('ListCampaigns', Page.extend({ solutionArn: Arn.optional() }), (call, input) => {
  const campaigns = inRegion(call, 'campaign').filter(
    ({ versionArn }) => input.solutionArn === undefined || versionArn.startsWith(`${input.solutionArn}/`),
  );
  const { rows, ...next } = page(campaigns, input);
  return { campaigns: rows.map(summary), ...next };
});

const update = operation(
  'UpdateCampaign',
  z.object({
    campaignArn: Arn,
    solutionVersionArn: Arn.optional(),
    minProvisionedTPS: Provisioned.optional(),
    campaignConfig: CampaignConfig.optional(),
  }),
  async (call, input) => {
    const campaign = active(call, 'campaign', input.campaignArn);
    const { minProvisionedTPS, campaignConfig } = input;
    const versionArn =
      input.solutionVersionArn === undefined
        ? campaign.versionArn
        : servable(call, input.solutionVersionArn).arn;
    const request = { ...campaign.request, ...present({ minProvisionedTPS, campaignConfig }) };
    const now = call.service.clock.now();
    await call.service.state.putOrUndo({ ...campaign, versionArn, request, update: now, updatedAt: now });
    return { campaignArn: campaign.arn };
  },
);

const remove = operation('DeleteCampaign', z.object({ campaignArn: Arn }), async (call, input) => {
  await call.service.lifecycle.remove(removable(call, 'campaign', input.campaignArn).arn);
});

export const campaignOperations = [create, describe, list, update, remove];
