import { basename } from 'node:path';
import { z } from 'zod';
import { sweepDatasets } from '../datasets/erase.ts';
import { RECIPES } from '../recipes/catalogue.ts';
import type { Service } from '../service.ts';
import { JobFailure } from '../state/jobFailure.ts';
import type { ResourceOf } from '../state/records.ts';
import { isTransitional } from '../state/status.ts';
import { eraseModel } from '../training/modelFiles.ts';
import { trainModel } from '../training/trainModel.ts';

/**
 * Models kept of one solution. AWS keeps every version for ever; here an older one stays listed as ACTIVE but
 * a batch job with it fails, so that a shop that trains daily does not fill its disk.
 */
const KEPT_MODELS = 3;
const HOUR_MS = 3_600_000;

const Settings = z.object({
  eventType: z.string().optional(),
  solutionConfig: z
    .object({
      eventValueThreshold: z.string().optional(),
      featureTransformationParameters: z.record(z.string(), z.string()).optional(),
      algorithmHyperParameters: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
});

/** trending-now's window as its solution asks for it (developer guide, "Trending-Now recipe"), in seconds. */
const TREND_SECONDS: Readonly<Record<string, number>> = {
  '30 minutes': 1_800,
  '1 hour': 3_600,
  '3 hours': 10_800,
  '1 day': 86_400,
};
const TREND_PARAMETER = 'trend_discovery_frequency';

function eventsOf(solution: ResourceOf<'solution'>) {
  const { eventType, solutionConfig } = Settings.parse(solution.request);
  const threshold = solutionConfig?.eventValueThreshold;
  return {
    eventType: eventType ?? null,
    eventValueThreshold: threshold === undefined ? null : Number(threshold),
  };
}

function trendSecondsOf(solution: ResourceOf<'solution'>): number | null {
  const { featureTransformationParameters = {}, algorithmHyperParameters = {} } =
    Settings.parse(solution.request).solutionConfig ?? {};
  const asked = { ...featureTransformationParameters, ...algorithmHyperParameters }[TREND_PARAMETER];
  return asked === undefined ? null : (TREND_SECONDS[asked.toLowerCase()] ?? null);
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
    await eraseModel(dataDir, version.model);
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
  const learner = RECIPES.find(({ name }) => name === version.recipe)?.learner;
  if (solution === null || learner === undefined)
    throw new JobFailure(`Resource Arn ${version.solutionArn} does not exist.`);
  const started = clock.now();
  const model = `models/${basename(solution.arn)}-${basename(version.arn)}.model`;
  const { sources } = version;
  const metrics = await trainModel(
    service,
    { learner, sources, events: eventsOf(solution), trendSeconds: trendSecondsOf(solution), model },
    signal,
  );
  const latest = state.find('solutionVersion', version.arn) ?? version;
  await state.putOrUndo({ ...latest, model, metrics, trainingHours: (clock.now() - started) / HOUR_MS });
  await dropOldModels(service, solution.arn);
  await sweepDatasets(service);
}

/** A solution's versions and models go with it. */
export async function eraseVersions({ state, dataDir }: Service, solutionArn: string): Promise<void> {
  for (const version of state.list('solutionVersion').filter((one) => one.solutionArn === solutionArn)) {
    if (version.model !== null) await eraseModel(dataDir, version.model);
    await state.remove(version.arn);
  }
}
