import getPort from 'get-port';
import { LocalError } from './errors.ts';

/** The wished-for port when it is free on loopback, else another free one. */
export function findFreePort(wish?: number): Promise<number> {
  return getPort({ host: '127.0.0.1', ...(wish === undefined ? {} : { port: wish }) });
}

/** @throws {LocalError} port-taken, when something listens there already. */
export async function requireFreePort(port: number, option: string): Promise<void> {
  if ((await findFreePort(port)) === port) return;
  throw new LocalError(
    'port-taken',
    `Port ${port} is already used by another program.`,
    `Stop that program, or choose another port: ${option} ${port + 1}`,
  );
}
