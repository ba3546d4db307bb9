import type { Blend } from './blend.ts';
import type { ExampleSlots } from './examples.ts';
import type { Lesson } from './lesson.ts';
import { isNewcomer, orderByPlace } from './lists.ts';
import type { Pool } from './parallel/pool.ts';
import { createRandom, sampleWithoutReplacement } from './random.ts';
import { sharedFloat32, sharedInt32, sharedUint8 } from './shared-arrays.ts';
import { FEATURE_COUNT } from './signals.ts';
import type { Examples } from './softmax.ts';
import { selectTruth } from './truth.ts';

/** Lists with the users they belong to. */
export interface OwnedExamples extends Examples {
  readonly users: Int32Array;
}

const CANDIDATES_PER_LIST = 150;

/** Examples of one lesson, for users with purchases before (`newcomers` false) or without. */
export async function collectExamples(
  lesson: Lesson,
  options: {
    readonly newcomers: boolean;
    readonly most: number;
    readonly prior: Blend;
    readonly seed: number;
    readonly pool: Pool;
  },
): Promise<OwnedExamples> {
  const { signals, truth } = lesson;
  const positions = Int32Array.from(truth.users.keys()).filter(
    (position) => isNewcomer(signals, truth.users[position] as number) === options.newcomers,
  );
  const chosen = sampleWithoutReplacement(positions, options.most, createRandom(options.seed)).sort();
  const selected = selectTruth(truth, chosen);
  const cap = CANDIDATES_PER_LIST;
  const out: ExampleSlots = {
    cap,
    size: sharedInt32(chosen.length),
    features: sharedFloat32(chosen.length * cap * FEATURE_COUNT),
    bought: sharedUint8(chosen.length * cap),
    label: sharedUint8(chosen.length * cap),
  };
  const order = orderByPlace(signals, selected.users);
  const input = { signals, truth: selected, prior: options.prior, order, out };
  await options.pool.run('examples', input, { count: chosen.length, chunk: 16 });
  return { ...unslotted(out, chosen.length), users: selected.users };
}

function unslotted(slots: ExampleSlots, lists: number): Examples {
  const start = new Int32Array(lists + 1);
  for (let list = 0; list < lists; list += 1)
    start[list + 1] = (start[list] as number) + (slots.size[list] as number);
  const total = start[lists] as number;
  const features = new Float32Array(total * FEATURE_COUNT);
  const bought = new Uint8Array(total);
  const label = new Uint8Array(total);
  for (let list = 0; list < lists; list += 1) {
    const from = list * slots.cap;
    const to = from + (slots.size[list] as number);
    const at = start[list] as number;
    features.set(slots.features.subarray(from * FEATURE_COUNT, to * FEATURE_COUNT), at * FEATURE_COUNT);
    bought.set(slots.bought.subarray(from, to), at);
    label.set(slots.label.subarray(from, to), at);
  }
  return { start, features, bought, label };
}

/** One set of lists after the other. */
export function joinExamples(parts: readonly OwnedExamples[]): OwnedExamples {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const total = parts.reduce((sum, part) => sum + part.bought.length, 0);
  const features = new Float32Array(total * FEATURE_COUNT);
  const bought = new Uint8Array(total);
  const label = new Uint8Array(total);
  const start: number[] = [0];
  let end = 0;
  for (const part of parts) {
    features.set(part.features, end * FEATURE_COUNT);
    bought.set(part.bought, end);
    label.set(part.label, end);
    for (let list = 1; list < part.start.length; list += 1) start.push(end + (part.start[list] as number));
    end += part.bought.length;
  }
  const users = Int32Array.from(parts.flatMap((part) => [...part.users]));
  return { start: Int32Array.from(start), features, bought, label, users };
}

/** Only the lists of users that pass. */
export function selectExamples(examples: OwnedExamples, keep: (user: number) => boolean): OwnedExamples {
  const parts: OwnedExamples[] = [];
  examples.users.forEach((user, list) => {
    if (!keep(user)) return;
    const from = examples.start[list] as number;
    const to = examples.start[list + 1] as number;
    parts.push({
      start: Int32Array.of(0, to - from),
      features: examples.features.subarray(from * FEATURE_COUNT, to * FEATURE_COUNT),
      bought: examples.bought.subarray(from, to),
      label: examples.label.subarray(from, to),
      users: Int32Array.of(user),
    });
  });
  return joinExamples(parts);
}
