import { withPool } from '../db/pool.ts';
import { readTrainingFigures } from '../doctor/trainingFigures.ts';
import { MIN_INTERACTIONS, MIN_REPEAT_CUSTOMERS } from '../doctor/trainingLooks.ts';
import { chooseEngine, type EngineChoice } from './chooseEngine.ts';
import { readEvaluations } from './evaluations.ts';

/** Looked back so far for a bake-off of both engines. */
const EVALUATIONS = 50;

/** The choice of ENGINE=auto by what the database knows. */
export async function readEngineChoice(databaseUrl: string): Promise<EngineChoice> {
  return withPool(databaseUrl, async (pool) => {
    const figures = await readTrainingFigures(pool);
    const enough =
      figures.interactions >= MIN_INTERACTIONS &&
      figures.customers_with_two_interactions >= MIN_REPEAT_CUSTOMERS;
    const evaluations = await readEvaluations(pool, EVALUATIONS);
    return chooseEngine(
      evaluations.map(({ result }) => result),
      enough,
    );
  });
}
