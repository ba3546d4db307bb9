import { RECIPES } from '../recipes/catalogue.ts';
import type { Service } from '../service.ts';
import { JobFailure } from '../state/jobFailure.ts';
import type { ResourceOf } from '../state/records.ts';
import { eraseModel } from '../training/modelFiles.ts';
import { trainModel } from '../training/trainModel.ts';

type Recommender = ResourceOf<'recommender'>;

/** A recommender trains once, when it is made; AWS would train it again every week. */
export async function makeRecommender(
  service: Service,
  recommender: Recommender,
  signal: AbortSignal,
): Promise<void> {
  const learner = RECIPES.find(({ name }) => name === recommender.recipe)?.learner;
  if (learner === undefined) throw new JobFailure(`Recipe ${recommender.recipe} is not offered.`);
  const model = `models/recommender-${recommender.name}.model`;
  const events = { eventType: null, eventValueThreshold: null };
  const metrics = await trainModel(
    service,
    { learner, sources: recommender.sources, events, trendSeconds: null, model },
    signal,
  );
  const latest = service.state.find('recommender', recommender.arn);
  // Deleted meanwhile: it must not come back, nor leave its model behind.
  if (latest === null) return eraseModel(service.dataDir, model);
  await service.state.putOrUndo({ ...latest, model, metrics });
}

export async function eraseRecommender({ dataDir }: Service, { model }: Recommender): Promise<void> {
  if (model !== null) await eraseModel(dataDir, model);
}
