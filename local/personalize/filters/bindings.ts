import { type Bindings, valueAt } from './condition.ts';
import type { FilterPart, Source } from './expression.ts';
import type { FilterData } from './filterData.ts';
import { readFilterValue } from './parameters.ts';

/** What one request brings to a filter. */
export interface FilterRequest {
  readonly filterValues: Readonly<Record<string, string>>;
  /** The asked item; '' when none. */
  readonly itemId: string;
}

/** Fills a filter's parameters from a request. */
export function bind({ items }: FilterData, { filterValues, itemId }: FilterRequest): Bindings {
  const parameters = new Map(
    Object.entries(filterValues).map(([name, text]) => [name, readFilterValue(text) ?? []]),
  );
  return {
    parameters,
    currentItem: (field) => (items === null ? null : valueAt(items.table, field, items.rowOf(itemId))),
  };
}

/** All conditions of a part are about one dataset. */
export const sourceOf = ({ anyOf }: FilterPart): Source | undefined => anyOf[0]?.[0]?.source;
