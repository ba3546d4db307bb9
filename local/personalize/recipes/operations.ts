import { z } from 'zod';
import { present } from '../protocol/answers.ts';
import { Arn, Domain, Page } from '../protocol/constraints.ts';
import { notFound } from '../protocol/errors.ts';
import { operation } from '../protocol/operation.ts';
import { page } from '../protocol/paging.ts';
import { RECIPES, type Recipe, recipeByArn } from './catalogue.ts';

/** Recipes come with the service: they bear its date, not the account's. */
const PUBLISHED = Date.UTC(2019, 5, 10) / 1000;
const state = { status: 'ACTIVE', creationDateTime: PUBLISHED, lastUpdatedDateTime: PUBLISHED };
const summary = ({ name, arn, domain }: Recipe) => present({ name, recipeArn: arn, ...state, domain });

const list = operation(
  'ListRecipes',
  Page.extend({ recipeProvider: z.enum(['SERVICE']).optional(), domain: Domain.optional() }),
  (_call, input) => {
    const offered = RECIPES.filter(({ domain }) => input.domain === undefined || domain === input.domain);
    const { rows, ...next } = page(
      offered.map((recipe, sequence) => ({ recipe, sequence })),
      input,
    );
    return { recipes: rows.map(({ recipe }) => summary(recipe)), ...next };
  },
);

const describe = operation('DescribeRecipe', z.object({ recipeArn: Arn }), (_call, input) => {
  const recipe = recipeByArn(input.recipeArn);
  if (recipe === null) throw notFound(input.recipeArn);
  const { name, arn, type, description } = recipe;
  return {
    recipe: {
      name,
      recipeArn: arn,
      ...state,
      algorithmArn: `arn:aws:personalize:::algorithm/${name}`,
      featureTransformationArn: `arn:aws:personalize:::feature-transformation/${name}`,
      recipeType: type,
      description,
    },
  };
});

/** The recipe a service resource belongs to: `…:algorithm/<recipe>`, `…:feature-transformation/<recipe>`. */
function recipeOf(arn: string, kind: string): Recipe {
  const prefix = `arn:aws:personalize:::${kind}/`;
  const recipe = RECIPES.find(({ name }) => arn === `${prefix}${name}`);
  if (recipe === undefined) throw notFound(arn);
  return recipe;
}

const { status, ...dates } = state;

const describeAlgorithm = operation('DescribeAlgorithm', z.object({ algorithmArn: Arn }), (_call, input) => {
  const { name } = recipeOf(input.algorithmArn, 'algorithm');
  return { algorithm: { name, algorithmArn: input.algorithmArn, ...dates } };
});

const describeTransformation = operation(
  'DescribeFeatureTransformation',
  z.object({ featureTransformationArn: Arn }),
  (_call, { featureTransformationArn }) => {
    const { name } = recipeOf(featureTransformationArn, 'feature-transformation');
    return {
      featureTransformation: { name, featureTransformationArn, defaultParameters: {}, status, ...dates },
    };
  },
);

export const recipeOperations = [list, describe, describeAlgorithm, describeTransformation];
