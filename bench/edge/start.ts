import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quantile } from './calls.ts';
import { type Kit, QUIET } from './kit.ts';
import { startRuntime } from './runtime.ts';

const EMPTY = "export default { fetch: () => new Response('ok') };\n";

export interface StartTimes {
  /** Milliseconds from the start of the runtime to the first answer of an empty Worker. */
  readonly empty: number;
  /** Milliseconds to read and evaluate the script. */
  readonly script: number;
  /** Milliseconds more to make the Worker of it and answer its first request. */
  readonly first: number;
}

/** Medians of how much later an answer comes than that of an empty Worker; all without KV, in turn. */
export async function measureStart({ folder, bundles }: Kit, times: number): Promise<StartTimes> {
  const empty = join(folder, 'empty.js');
  await writeFile(empty, EMPTY);
  const wrapped = bundles.wrapped.script;
  // The wrapper answers no calls without asking the Worker.
  const cases = {
    empty: [empty, '/'],
    script: [wrapped, '/calls'],
    first: [wrapped, '/health/live'],
  } as const;
  const taken = { empty: [] as number[], script: [] as number[], first: [] as number[] };
  for (let i = 0; i < times; i += 1) {
    for (const name of ['empty', 'script', 'first'] as const) {
      const [script, firstPath] = cases[name];
      const settings = { folder, name: `start-${name}`, script, firstPath, vars: QUIET, kv: null };
      const runtime = await startRuntime(settings);
      taken[name].push(runtime.startMs);
      await runtime.stop();
    }
  }
  const median = (name: keyof typeof taken) => quantile(taken[name], 0.5);
  return {
    empty: median('empty'),
    script: median('script') - median('empty'),
    first: median('first') - median('script'),
  };
}
