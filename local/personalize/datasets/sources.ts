import type { DatasetSource, DatasetSources } from '../data/dataset.ts';
import { streamPath } from '../data/stream.ts';
import type { ResourceOf } from '../state/records.ts';
import type { StateStore } from '../state/store.ts';

/** Where what is streamed to a dataset is kept. */
export function streamOf({ groupArn, type }: ResourceOf<'dataset'>): string {
  return streamPath(groupArn.slice(groupArn.lastIndexOf('/') + 1), type);
}

/**
 * The data in force of a dataset group, by dataset type; those without bulk data are left out. `fullOnly`:
 * without what INCREMENTAL imports added.
 */
export function sourcesOf(state: StateStore, groupArn: string, fullOnly = false): DatasetSources {
  const sources = new Map<string, DatasetSource>();
  for (const dataset of state.list('dataset')) {
    if (dataset.groupArn !== groupArn || dataset.folder === null) continue;
    const folder = (fullOnly ? dataset.full : null) ?? dataset.folder;
    sources.set(dataset.type, { folder, stream: streamOf(dataset) });
  }
  return Object.fromEntries(sources);
}
