import { connect } from 'node:net';
import { createWebSocketStream, type WebSocket } from 'ws';

const POLICY_VIOLATION = 1008;

/** Joins a WebSocket to the PostgreSQL server, byte for byte; any other address is refused. */
export function tunnelTo(
  server: { host: string; port: number },
  address: string | null,
  socket: WebSocket,
): void {
  if (address !== `${server.host}:${server.port}`) {
    socket.close(POLICY_VIOLATION, `only ${server.host}:${server.port} can be reached from here`);
    return;
  }
  const far = connect(server.port, server.host);
  far.setNoDelay(true);
  const near = createWebSocketStream(socket);
  const end = (): void => {
    near.destroy();
    far.destroy();
  };
  for (const side of [near, far]) side.on('error', end).on('close', end);
  near.pipe(far).pipe(near);
}
