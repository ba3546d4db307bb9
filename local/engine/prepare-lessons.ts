import { cutHoldout } from './holdout.ts';
import type { Lesson } from './lesson.ts';
import type { Pool } from './parallel/pool.ts';
import { timed } from './phases.ts';
import { prepareSignals } from './prepare-signals.ts';
import type { SampledShop } from './sample-users.ts';
import { leaveOut, type TestUsers } from './test-users.ts';
import type { TrainingInput } from './training-input.ts';
import { truthOf } from './truth.ts';

/** Smaller data takes several past windows to learn from: they cost little and steady the weights. */
const ROWS_FOR_ONE_LESSON = 600_000;
const MOST_LESSONS = 3;
const MOST_NEWCOMER_LESSONS = 8;
/** Share of the rows that must lie before a window for it to teach anything. */
const FEWEST_KNOWN = 0.2;

/**
 * Past windows to learn from, the latest first. Newcomers' weights need no item models, and every window
 * is one more sample of how popularity carries on, so they get several.
 */
export async function prepareLessons(
  input: Omit<TrainingInput, 'userFacts'> & SampledShop,
  test: TestUsers,
  pool: Pool,
): Promise<Lesson[]> {
  const { interactions, itemFacts, userFacts, seed, log } = input;
  const small = interactions.length < ROWS_FOR_ONE_LESSON;
  const windows = interactions.timeKind !== 'seconds' ? 1 : small ? MOST_NEWCOMER_LESSONS : 1;
  const lessons: Lesson[] = [];
  for (let index = 0; index < windows; index += 1) {
    const { part, now, name } = timed('cut holdout', () => cutHoldout(interactions, seed, index));
    // The latest lesson's models are those that are measured.
    if (index === 0) leaveOut(part, interactions.users, test.tested);
    const truth = timed('truth', () => truthOf(interactions, part));
    const knownRows = part.reduce((sum, one) => sum + (one === 0 ? 1 : 0), 0);
    if (truth.users.length === 0 || (index > 0 && knownRows < FEWEST_KNOWN * interactions.length)) break;
    if (index === 0) log(`holdout: ${name}`);
    const itemModels = index < MOST_LESSONS;
    const facts = { itemFacts, userFacts };
    const { signals, history } = await prepareSignals({
      interactions,
      ...facts,
      part,
      now,
      pool,
      itemModels,
    });
    // Basket numbers are held out of some users only; the others' next baskets are not observed.
    const everybody = Int32Array.from({ length: history.userCount }, (_, user) => user).filter(
      (user) => index > 0 || test.tested[user] === 0,
    );
    const observed = interactions.timeKind === 'order' ? truth.users : everybody;
    lessons.push({ signals, truth, observed, itemModels });
  }
  return lessons;
}
