import { Readable } from 'node:stream';
import { type ObjectStore, writeObject } from '../storage/objectStore.ts';
import { outputPrefix, type RecipeName, type RunPlace } from '../storage/paths.ts';

/** Writes lines as a recipe's output object, as Personalize leaves it. */
export async function writeOutput(
  store: ObjectStore,
  { place, runId, recipe }: { place: RunPlace; runId: string; recipe: RecipeName },
  lines: readonly object[],
): Promise<void> {
  const body = lines.map((line) => JSON.stringify(line)).join('\n');
  await writeObject(store, {
    key: `${outputPrefix(place, runId, recipe)}part.json.out`,
    body: Readable.from([Buffer.from(body)]),
    contentType: 'application/json',
  });
}

export function userLine(userId: string, items: readonly string[], scores: readonly number[]): object {
  return { input: { userId }, output: { recommendedItems: items, scores }, error: null };
}

export function itemLine(itemId: string, items: readonly string[]): object {
  return { input: { itemId }, output: { recommendedItems: items }, error: null };
}

export function segmentLine(itemId: string, users: readonly string[]): object {
  return { input: { itemId }, output: { usersList: users }, error: null };
}
