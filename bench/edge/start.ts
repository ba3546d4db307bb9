import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quantile } from './calls.ts';
import { type Kit, QUIET } from './kit.ts';
import { startRuntime } from './runtime.ts';

const EMPTY = "export default { fetch: () => new Response('ok') };\n";

/** Median milliseconds to the first answer, less that of an empty Worker; both without KV, in turn. */
export async function measureStart({ folder, bundles }: Kit, times: number): Promise<number> {
  const empty = join(folder, 'empty.js');
  await writeFile(empty, EMPTY);
  const taken = { edge: [] as number[], empty: [] as number[] };
  for (let i = 0; i < times; i += 1) {
    for (const [name, script] of [
      ['edge', bundles.edge.script],
      ['empty', empty],
    ] as const) {
      const runtime = await startRuntime({ folder, name: `start-${name}`, script, vars: QUIET, kv: null });
      taken[name].push(runtime.startMs);
      await runtime.stop();
    }
  }
  return quantile(taken.edge, 0.5) - quantile(taken.empty, 0.5);
}
