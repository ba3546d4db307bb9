import { sourcesOf } from '../datasets/sources.ts';
import type { ResourceOf } from '../state/records.ts';
import type { StateStore } from '../state/store.ts';
import type { FilterTask } from './filterData.ts';

/** A filter with the data in force of its dataset group. */
export function filterTaskOf(state: StateStore, filter: ResourceOf<'filter'>): FilterTask {
  return { expression: filter.expression, sources: sourcesOf(state, filter.groupArn) };
}
