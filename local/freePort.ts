import { createServer } from 'node:net';
import { LocalError } from './errors.ts';

/** The wished-for port when it is free on loopback, else another free one. */
export async function findFreePort(wish?: number): Promise<number> {
  const port = (wish === undefined ? null : await tryPort(wish)) ?? (await tryPort(0));
  if (port !== null) return port;
  throw new LocalError('start-failed', 'There is no free port on 127.0.0.1.', 'Stop some programs.');
}

/** @throws {LocalError} port-taken, when something listens there already. */
export async function requireFreePort(port: number, option: string): Promise<void> {
  if ((await tryPort(port)) !== null) return;
  throw new LocalError(
    'port-taken',
    `Port ${port} is already used by another program.`,
    `Stop that program, or choose another port: ${option} ${port + 1}`,
  );
}

/** Listens for a moment; null when that is not possible. */
function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const taken = typeof address === 'object' && address !== null ? address.port : null;
      server.close(() => resolve(taken));
    });
  });
}
