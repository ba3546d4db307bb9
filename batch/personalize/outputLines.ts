import { z } from 'zod';
import { BatchError } from '../errors.ts';
import { readJsonLines } from '../storage/jsonLines.ts';
import type { ObjectStore } from '../storage/objectStore.ts';

/** Looked through at once: millions of ids are too many for a check of their own each. */
const Ids = z.custom<readonly string[]>(
  (value) => Array.isArray(value) && value.every((id) => typeof id === 'string'),
  'not a list of ids',
);
const Scores = z.custom<readonly number[]>(
  (value) => Array.isArray(value) && value.every((score) => Number.isFinite(score)),
  'not a list of scores',
);

const RecommendationLine = z.object({
  input: z.object({ userId: z.string().optional(), itemId: z.string().optional() }),
  output: z.object({ recommendedItems: Ids, scores: Scores.optional() }).nullish(),
  error: z.string().nullish(),
});

// Documented as recommendedUsers, seen in real outputs as usersList.
const SegmentLine = z.object({
  input: z.object({ itemId: z.string().optional() }),
  output: z.object({ recommendedUsers: Ids.optional(), usersList: Ids.optional() }).nullish(),
  error: z.string().nullish(),
});

interface Recommendation {
  /** USER_ID or ITEM_ID of the input line. */
  readonly id: string;
  /** ITEM_IDs, best first. */
  readonly items: readonly string[];
  /** As many as items, or null: similar-items and popularity-count give none. */
  readonly scores: readonly number[] | null;
}

interface Segment {
  readonly itemId: string;
  /** USER_IDs, keenest first. */
  readonly users: readonly string[];
}

/** Filled while lines are read: a bad line does not fail Personalize's job, it carries an error. */
interface LineTally {
  lines: number;
  errors: number;
  firstError: string | null;
}

export function newTally(): LineTally {
  return { lines: 0, errors: 0, firstError: null };
}

/** The answers of user-personalization, similar-items or popularity-count; lines with an error are counted and left out. */
export async function* readRecommendations(
  store: ObjectStore,
  prefix: string,
  tally: LineTally,
): AsyncGenerator<Recommendation> {
  for await (const { input, output, error } of readJsonLines(store, prefix, RecommendationLine)) {
    const id = input.userId ?? input.itemId;
    if (!count(tally, error) || !output) continue;
    if (id === undefined) throw strange(prefix, 'a line without userId or itemId');
    const scores = output.scores?.length ? output.scores : null;
    if (scores !== null && scores.length !== output.recommendedItems.length) {
      throw strange(prefix, `${output.recommendedItems.length} items with ${scores.length} scores`);
    }
    yield { id, items: output.recommendedItems, scores };
  }
}

/** The answers of item-affinity: the users of each item's segment. */
export async function* readSegments(
  store: ObjectStore,
  prefix: string,
  tally: LineTally,
): AsyncGenerator<Segment> {
  for await (const { input, output, error } of readJsonLines(store, prefix, SegmentLine)) {
    if (!count(tally, error) || !output) continue;
    if (input.itemId === undefined) throw strange(prefix, 'a line without itemId');
    const users = output.recommendedUsers ?? output.usersList;
    if (users === undefined) throw strange(prefix, 'a line with neither recommendedUsers nor usersList');
    yield { itemId: input.itemId, users };
  }
}

/** @returns false for a line that carries an error */
function count(tally: LineTally, error: string | null | undefined): boolean {
  tally.lines++;
  if (error === null || error === undefined) return true;
  tally.errors++;
  tally.firstError ??= error;
  return false;
}

function strange(prefix: string, what: string): BatchError {
  return new BatchError({
    code: 'output_damaged',
    message: `the output below ${prefix} has ${what}`,
    remedy: 'look at the objects; batch run --fresh starts a new run, which infers again',
  });
}
