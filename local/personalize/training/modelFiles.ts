import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a model keeps the Items it was trained with, when its recipe is asked by their attributes. */
export const itemsOfModel = (model: string) => `${model}.items`;

/** Deletes a model and what belongs to it; paths below the data folder. */
export async function eraseModel(dataDir: string, model: string): Promise<void> {
  await rm(join(dataDir, model), { force: true });
  await rm(join(dataDir, itemsOfModel(model)), { recursive: true, force: true });
}
