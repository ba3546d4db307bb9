import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { sweepDatasets } from '../datasets/erase.ts';
import { RECIPES } from '../recipes/catalogue.ts';
import type { Service } from '../service.ts';
import { JobFailure } from '../state/jobFailure.ts';
import type { ResourceOf } from '../state/records.ts';
import { isTransitional } from '../state/status.ts';
import { trainModel } from '../training/trainModel.ts';

/**
 * Models kept of one solution. AWS keeps every version for ever; here an older one stays listed as ACTIVE but
 * a batch job with it fails, so that a shop that trains daily does not fill its disk.
 */
const KEPT_MODELS = 3;
const HOUR_MS = 3_600_000;

const Events = z.object({
  eventType: z.string().optional(),
  solutionConfig: z.object({ eventValueThreshold: z.string().optional() }).optional(),
});

function eventsOf(solution: ResourceOf<'solution'>) {
  const { eventType, solutionConfig } = Events.parse(solution.request);
  const threshold = solutionConfig?.eventValueThreshold;
  return {
    eventType: eventType ?? null,
    eventValueThreshold: threshold === undefined ? null : Number(threshold),
  };
}

async function dropOldModels({ state, dataDir }: Service, solutionArn: string): Promise<void> {
  const versions = state
    .list('solutionVersion')
    .filter((one) => one.solutionArn === solutionArn && one.model !== null);
  const jobs = [...state.list('batchInferenceJob'), ...state.list('batchSegmentJob')];
  const users = [...jobs.filter(({ status }) => isTransitional(status)), ...state.list('campaign')];
  const busy = new Set(users.map(({ versionArn }) => versionArn));
  for (const version of versions.slice(0, -KEPT_MODELS)) {
    if (version.model === null || busy.has(version.arn)) continue;
    // Forgotten before it is deleted: after a crash between the two, the next start deletes it.
    await state.put({ ...version, model: null });
    await rm(join(dataDir, version.model), { force: true });
  }
}

/** Trains a version on the data it was made with. */
export async function makeSolutionVersion(
  service: Service,
  version: ResourceOf<'solutionVersion'>,
  signal: AbortSignal,
): Promise<void> {
  const { state, clock } = service;
  const solution = state.find('solution', version.solutionArn);
  const learner = RECIPES.find(({ name }) => name === version.recipe)?.learner ?? null;
  if (solution === null || learner === null)
    throw new JobFailure(`Resource Arn ${version.solutionArn} does not exist.`);
  const started = clock.now();
  const model = `models/${basename(solution.arn)}-${basename(version.arn)}.model`;
  const { sources } = version;
  const metrics = await trainModel(service, { learner, sources, events: eventsOf(solution), model }, signal);
  const latest = state.find('solutionVersion', version.arn) ?? version;
  await state.putOrUndo({ ...latest, model, metrics, trainingHours: (clock.now() - started) / HOUR_MS });
  await dropOldModels(service, solution.arn);
  await sweepDatasets(service);
}

/** A solution's versions and models go with it. */
export async function eraseVersions({ state, dataDir }: Service, solutionArn: string): Promise<void> {
  for (const version of state.list('solutionVersion').filter((one) => one.solutionArn === solutionArn)) {
    if (version.model !== null) await rm(join(dataDir, version.model), { force: true });
    await state.remove(version.arn);
  }
}
