import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { manualClock } from './clock.ts';
import { type Harness, startHarness } from './testing/harness.ts';
import { importShop, smallShop, trainRecipe } from './testing/shop.ts';
import { TRIES } from './testing/tries.ts';

const DAY_MS = 86_400_000;
const README = readFileSync(new URL('./README.md', import.meta.url), 'utf8');

/** What came of an attempt: its own text, or the name of the error. */
const outcome = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    (text) => (typeof text === 'string' ? text : 'done'),
    (error: Error) => (error.name === 'Error' ? error.message : error.name),
  );

async function prepare(harness: Harness) {
  const { interactions } = smallShop();
  await importShop(harness, 'shop', { interactions });
  const big = await importShop(harness, 'big', { interactions: smallShop(200).interactions });
  await harness.put('in/asked.json', '{"userId":"u1","itemId":"p1"}\n');
  return {
    popular: await trainRecipe(harness, big, 'aws-popularity-count'),
    affinity: await trainRecipe(harness, big, 'aws-item-affinity'),
  };
}

async function outcomesOn(profile: 'engine' | 'aws'): Promise<Map<string, string>> {
  const clock = manualClock();
  const harness = await startHarness({ profile, clock });
  const flight = setInterval(() => clock.advance(DAY_MS), 5);
  const stopTime = () => clearInterval(flight);
  const outcomes = new Map<string, string>();
  try {
    const scene = { harness, stopTime, ...(await prepare(harness)) };
    for (const [name, attempt] of Object.entries(TRIES)) outcomes.set(name, await outcome(attempt(scene)));
  } finally {
    stopTime();
    await harness.stop();
  }
  return outcomes;
}

const row = (...cells: readonly string[]) => `| ${cells.join(' | ')} |`;

it('the profiles differ in what the README lists, and in nothing else', { timeout: 300_000 }, async () => {
  const engine = await outcomesOn('engine');
  const aws = await outcomesOn('aws');
  const names = Object.keys(TRIES);
  const of = (outcomes: Map<string, string>, name: string) => outcomes.get(name) ?? '';
  const same = names.filter((name) => of(engine, name) === of(aws, name));
  const different = names.filter((name) => of(engine, name) !== of(aws, name));
  const list = [
    row('tried', '`engine`', '`aws`'),
    row('---', '---', '---'),
    ...different.map((name) => row(name, of(engine, name), of(aws, name))),
    '',
    row('tried', 'both'),
    row('---', '---'),
    ...same.map((name) => row(name, of(aws, name))),
  ].join('\n');
  // When this fails, the list that is received is what the README must say.
  expect(README).toContain(list);
});
