import { join } from 'node:path';
import { projectRoot } from '../clouds.ts';
import { type Bundle, bundleWorker } from './bundle.ts';
import { type Runtime, startRuntime } from './runtime.ts';
import { ID_HASH_KEY } from './snapshot.ts';

export interface Bundles {
  /** As deployed, with full defaults. */
  readonly edge: Bundle;
  /** The same without defaults: code alone. */
  readonly code: Bundle;
  readonly wrapped: Bundle;
  readonly yardsticks: Bundle;
  readonly kvServer: Bundle;
}

export async function bundleAll(defaults: string, folder: string): Promise<Bundles> {
  const workers = 'bench/edge/workers';
  const empty = join(projectRoot, 'edge/defaults/empty.json');
  return {
    edge: await bundleWorker('edge/main.ts', defaults, folder),
    code: await bundleWorker('edge/main.ts', empty, folder),
    wrapped: await bundleWorker(`${workers}/wrapped.ts`, defaults, folder),
    yardsticks: await bundleWorker(`${workers}/yardsticks.ts`, empty, folder),
    kvServer: await bundleWorker(`${workers}/kvServer.ts`, empty, folder),
  };
}

/** Everything quiet: no limiter, no line in the log, no analytics; who asks is given what is asked for. */
export const QUIET = { ID_HASH_KEY, ENVIRONMENT: 'local', USER_READS: 'local', LOG_SAMPLE: '0' };

/** No answer is kept: each is worked out, from the parts in memory. */
export const MADE_ANEW = { ANSWER_BYTES: '0' };

export interface Kit {
  readonly folder: string;
  /** What KV holds, as files. */
  readonly files: string;
  readonly bundles: Bundles;
}

export interface Started {
  readonly name: string;
  readonly script: 'edge' | 'wrapped' | 'yardsticks';
  readonly vars?: Readonly<Record<string, string>>;
  readonly fault?: 'error';
  readonly inspect?: boolean;
}

/** Runs work against a Worker in a runtime of its own. */
export async function withRuntime<T>(
  { folder, files, bundles }: Kit,
  { name, script, vars = {}, fault, inspect = false }: Started,
  work: (runtime: Runtime) => Promise<T>,
): Promise<T> {
  const runtime = await startRuntime({
    folder,
    name,
    script: bundles[script].script,
    vars: { ...QUIET, ...vars },
    kv: { script: bundles.kvServer.script, files, ...(fault === undefined ? {} : { fault }) },
    inspect,
  });
  try {
    return await work(runtime);
  } finally {
    await runtime.stop();
  }
}
