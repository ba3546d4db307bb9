import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { findFreePort } from '../../local/freePort.ts';
import { projectRoot } from '../clouds.ts';
import { type Server, startDebianPostgres, startRedis } from './debianServers.ts';

export interface NodeCase {
  readonly what: string;
  readonly url: string;
}

/**
 * Runs work against the plain design as a Node server, once with each store that is installed as Debian
 * packages it.
 */
export async function withNodeServers<T>(
  values: ReadonlyMap<string, string>,
  folder: string,
  work: (node: NodeCase) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  for (const start of [() => startRedis(values), () => startDebianPostgres(values, folder)]) {
    const server = await start();
    if (server === null) continue;
    try {
      results.push(await withNode(server, work));
    } finally {
      await server.stop();
    }
  }
  return results;
}

async function withNode<T>({ what, url }: Server, work: (node: NodeCase) => Promise<T>): Promise<T> {
  const port = await findFreePort();
  const child: ChildProcess = fork(join(projectRoot, 'bench/edge/nodeServer.ts'), [url, String(port)], {
    execArgv: ['--import', import.meta.resolve('tsx')],
  });
  try {
    await once(child, 'message');
    return await work({ what: `Node, Hono and ${what}`, url: `http://127.0.0.1:${port}` });
  } finally {
    const gone = once(child, 'exit');
    child.disconnect();
    await gone;
  }
}
