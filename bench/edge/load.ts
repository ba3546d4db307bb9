import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { projectRoot } from '../clouds.ts';

/** What a load generator saw; latencies in microseconds. */
export const Load = z.object({
  requests: z.number(),
  microseconds: z.number(),
  bytes: z.number(),
  failed: z.number(),
  p50: z.number(),
  p95: z.number(),
  p99: z.number(),
});
export type Load = z.infer<typeof Load>;

export interface LoadRequest {
  readonly url: string;
  readonly paths: readonly string[];
  readonly seconds: number;
  readonly folder: string;
}

const CONNECTIONS = 8;
const run = promisify(execFile);

/** wrk where it is installed, for it takes the least from the machine it shares; else a Node process. */
export async function findGenerator(): Promise<'wrk' | 'node'> {
  return run('wrk', ['--version']).then(
    () => 'wrk' as const,
    // It answers its version with code 1.
    (error: { code?: unknown }) => (error.code === 'ENOENT' ? 'node' : 'wrk'),
  );
}

/** Asks for the paths in turn, over and over, from another process. */
export async function putLoad(generator: 'wrk' | 'node', request: LoadRequest): Promise<Load> {
  const file = join(request.folder, 'paths.txt');
  await writeFile(file, `${request.paths.join('\n')}\n`);
  const { seconds, url } = request;
  const script = (name: string) => join(projectRoot, 'bench/edge', name);
  const { stdout } =
    generator === 'wrk'
      ? await run('wrk', [
          ...['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '-s', script('load.lua')],
          ...[url, '--', file],
        ])
      : await run(process.execPath, [
          ...['--import', import.meta.resolve('tsx'), script('loadProcess.ts')],
          ...[url, file, String(seconds), String(CONNECTIONS)],
        ]);
  return Load.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
}

export function perSecond({ requests, microseconds }: Load): number {
  return (requests / microseconds) * 1e6;
}
