import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { findFreePort } from '../../freePort.ts';

/** What of a request to S3 is held back: the whole request, or the answer's body in its midst. */
interface Hold {
  /** `GET /bucket/key`. */
  readonly matches: (line: string) => boolean;
  readonly what: 'request' | 'body';
}

/** Stands before S3 and falls silent when told to. */
export interface Gate {
  readonly url: string;
  /** From now on requests that match get no answer; resolves when there is the first one. */
  hold(hold: Hold): Promise<void>;
  /** Lets what is held go on, and everything after it. */
  release(): void;
  stop(): Promise<void>;
}

export async function startGate(target: string): Promise<Gate> {
  let holding: { readonly hold: Hold; readonly met: () => void } | null = null;
  let waiting: (() => void)[] = [];
  const opened = () => new Promise<void>((go) => waiting.push(go));

  const meets = (line: string, what: Hold['what']) => {
    if (holding === null || holding.hold.what !== what || !holding.hold.matches(line)) return false;
    holding.met();
    return true;
  };

  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const line = `${incoming.method} ${incoming.url}`;
    if (meets(line, 'request')) await opened();
    const { method = 'GET', headers } = incoming;
    const onward = request(new URL(incoming.url ?? '/', target), { method, headers });
    onward.on('error', () => outgoing.destroy());
    onward.on('response', async (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      if (!meets(line, 'body')) return void answer.pipe(outgoing);
      outgoing.flushHeaders();
      await opened();
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  };

  const server = createServer((incoming, outgoing) => void pass(incoming, outgoing));
  const port = await findFreePort(undefined);
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready));
  const release = () => {
    holding = null;
    for (const go of waiting) go();
    waiting = [];
  };
  return {
    url: `http://127.0.0.1:${port}`,
    hold: (hold) =>
      new Promise((met) => {
        holding = { hold, met };
      }),
    release,
    stop: async () => {
      release();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
