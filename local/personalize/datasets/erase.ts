import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Service } from '../service.ts';
import type { ResourceOf } from '../state/records.ts';
import { isTransitional } from '../state/status.ts';
import { streamOf } from './sources.ts';

const FOLDER = 'datasets';

/** Folders still needed: the bulk data in force, and what versions being made were given. */
function neededFolders({ state }: Service): Set<string> {
  const needed = new Set<string>();
  for (const { folder, full } of state.list('dataset'))
    for (const one of [folder, full]) if (one !== null) needed.add(one);
  for (const { status, sources } of [...state.list('solutionVersion'), ...state.list('recommender')]) {
    if (isTransitional(status)) for (const { folder } of Object.values(sources)) needed.add(folder);
  }
  return needed;
}

/**
 * Deletes bulk data that nothing names any more: replaced by a later import, or left by a crash. What cannot be
 * deleted is left to the next time: the job that sweeps has done its own work.
 */
export async function sweepDatasets(service: Service): Promise<void> {
  const root = join(service.dataDir, FOLDER);
  const needed = neededFolders(service);
  for (const name of await readdir(root).catch(() => [])) {
    if (needed.has(`${FOLDER}/${name}`)) continue;
    await rm(join(root, name), { recursive: true, force: true }).catch((error: unknown) =>
      service.log('old data could not be deleted', { name, error }),
    );
  }
}

export async function eraseDataset(service: Service, dataset: ResourceOf<'dataset'>): Promise<void> {
  for (const folder of [dataset.folder, dataset.full])
    if (folder !== null) await rm(join(service.dataDir, folder), { recursive: true, force: true });
  await rm(join(service.dataDir, streamOf(dataset)), { force: true });
}
