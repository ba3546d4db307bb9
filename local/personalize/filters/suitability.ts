import { invalidInput } from '../protocol/errors.ts';
import type { Recipe } from '../recipes/catalogue.ts';
import { conditionsOf, type FilterExpression } from './expression.ts';
import { parseFilter } from './parse.ts';

function problemOf(expression: FilterExpression, { name, type }: Recipe): string | null {
  const conditions = conditionsOf(expression);
  const wanted = type === 'USER_SEGMENTATION' ? 'USER' : 'ITEM';
  const usesCurrentItem = conditions.some(({ values }) => values.some(({ kind }) => kind === 'currentItem'));
  if (expression.some(({ subject }) => subject !== wanted))
    return `a filter of ${wanted === 'USER' ? 'UserID' : 'ItemID'} is needed`;
  if (usesCurrentItem && type !== 'RELATED_ITEMS') return 'CurrentItem is for related items only';
  if (name === 'aws-item-attribute-affinity' && conditions.some(({ source }) => source === 'INTERACTIONS'))
    return 'Interactions cannot be used';
  return null;
}

/** Refuses a filter that a recipe cannot be asked with (source: developer guide, "Filter expressions"). */
export function checkFilterSuits(expression: string, recipe: Recipe): void {
  const problem = problemOf(parseFilter(expression), recipe);
  if (problem !== null) throw invalidInput(`The filter does not suit recipe ${recipe.arn}: ${problem}.`);
}
