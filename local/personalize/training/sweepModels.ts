import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Service } from '../service.ts';
import { itemsOfModel } from './modelFiles.ts';

const FOLDER = 'models';

/** Deletes models that nothing names: left by a crash before they were finished or before they were forgotten. */
export async function sweepModels({ state, dataDir, log }: Service): Promise<void> {
  const makers = [...state.list('solutionVersion'), ...state.list('recommender')];
  const named = new Set(makers.flatMap(({ model }) => (model === null ? [] : [model, itemsOfModel(model)])));
  for (const name of await readdir(join(dataDir, FOLDER)).catch(() => [])) {
    if (named.has(`${FOLDER}/${name}`)) continue;
    await rm(join(dataDir, FOLDER, name), { recursive: true, force: true }).catch((error: unknown) =>
      log('an old model could not be deleted', { name, error }),
    );
  }
}
