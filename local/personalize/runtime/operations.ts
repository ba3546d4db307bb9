import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Asking } from '../answering/answering.ts';
import { DEFAULT_RESULTS, MAX_RESULTS } from '../limits.ts';
import { Arn, atMost, Name } from '../protocol/constraints.ts';
import { invalidInput } from '../protocol/errors.ts';
import type { Call } from '../protocol/operation.ts';
import { restOperation } from '../protocol/rest.ts';
import { campaignSource, recommenderSource, servingOf } from './serving.ts';

const Id = z.string().max(256);
const FilterValues = atMost(
  25,
  z.record(
    z
      .string()
      .max(50)
      .regex(/^[A-Za-z0-9_]+$/),
    z.string().max(1000),
  ),
);
const Context = atMost(
  150,
  z.record(
    z
      .string()
      .max(150)
      .regex(/^[A-Za-z\d_]+$/),
    z.string().max(1000),
  ),
);
const MetadataColumns = atMost(1, z.record(z.string().max(256), z.array(z.string().max(150)).max(99)));
const Filtered = { filterArn: Arn.optional(), filterValues: FilterValues.optional() };
const Promotion = z.object({
  name: Name.optional(),
  percentPromotedItems: z.int().min(1).max(100).optional(),
  ...Filtered,
});

/** What a recipe's campaign must be asked with. */
const NEEDS: Readonly<Record<Asking, 'userId' | 'itemId' | null>> = {
  users: 'userId',
  items: 'itemId',
  popular: null,
  ranking: null,
};

interface Addressed {
  readonly campaignArn?: string | undefined;
  readonly recommenderArn?: string | undefined;
}

function sourceOfRequest(call: Call, { campaignArn, recommenderArn }: Addressed) {
  if ((campaignArn === undefined) === (recommenderArn === undefined)) {
    throw invalidInput('Provide one of campaignArn and recommenderArn.');
  }
  return campaignArn === undefined
    ? recommenderSource(call, recommenderArn ?? '')
    : campaignSource(call, campaignArn);
}

const getRecommendations = restOperation(
  { service: 'personalize-runtime', name: 'GetRecommendations', path: '/recommendations' },
  z.object({
    campaignArn: Arn.optional(),
    recommenderArn: Arn.optional(),
    itemId: Id.optional(),
    userId: Id.optional(),
    numResults: z.int().min(0).optional(),
    context: Context.optional(),
    ...Filtered,
    promotions: z.array(Promotion).max(1).optional(),
    metadataColumns: MetadataColumns.optional(),
  }),
  async (call, input) => {
    if (input.promotions !== undefined || input.metadataColumns !== undefined) {
      throw invalidInput('promotions and metadataColumns are not offered by this stand-in.');
    }
    const numResults = input.numResults ?? DEFAULT_RESULTS;
    if (numResults > MAX_RESULTS) throw invalidInput(`numResults must be no more than ${MAX_RESULTS}.`);
    const serving = await servingOf(call, sourceOfRequest(call, input), input.filterArn ?? null);
    const need = NEEDS[serving.asking];
    if (serving.asking === 'ranking') throw invalidInput('This campaign ranks: call GetPersonalizedRanking.');
    if (need !== null && input[need] === undefined)
      throw invalidInput(`${need} is required for this campaign.`);
    const id = (need === null ? undefined : input[need]) ?? '';
    const itemList = await serving.answer(
      { id, userId: input.userId ?? '', itemList: [], filterValues: input.filterValues ?? {} },
      numResults,
    );
    return { itemList, recommendationId: `RID-${randomUUID()}` };
  },
);

const getPersonalizedRanking = restOperation(
  { service: 'personalize-runtime', name: 'GetPersonalizedRanking', path: '/personalize-ranking' },
  z.object({
    campaignArn: Arn,
    inputList: z.array(Id),
    userId: Id,
    context: Context.optional(),
    ...Filtered,
    metadataColumns: MetadataColumns.optional(),
  }),
  async (call, input) => {
    if (input.metadataColumns !== undefined)
      throw invalidInput('metadataColumns are not offered by this stand-in.');
    if (input.inputList.length === 0 || input.inputList.length > MAX_RESULTS)
      throw invalidInput(`inputList must have between 1 and ${MAX_RESULTS} items.`);
    const serving = await servingOf(call, campaignSource(call, input.campaignArn), input.filterArn ?? null);
    if (serving.asking !== 'ranking')
      throw invalidInput('This campaign does not rank: call GetRecommendations.');
    const { userId, inputList: itemList, filterValues = {} } = input;
    const personalizedRanking = await serving.answer(
      { id: userId, userId, itemList, filterValues },
      itemList.length,
    );
    return { personalizedRanking, recommendationId: `RID-${randomUUID()}` };
  },
);

export const runtimeOperations = [getRecommendations, getPersonalizedRanking];
