import type { ResourceOf } from '../state/records.ts';
import type { StateStore } from '../state/store.ts';
import type { FilterTask } from './filterData.ts';

/** A filter with the bulk data in force of its dataset group. */
export function filterTaskOf(state: StateStore, filter: ResourceOf<'filter'>): FilterTask {
  const datasets = state.list('dataset').filter(({ groupArn }) => groupArn === filter.groupArn);
  const folders = datasets.flatMap(({ type, folder }) => (folder === null ? [] : [[type, folder]]));
  return { expression: filter.expression, folders: Object.fromEntries(folders) };
}
