import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request on its way to a service. */
export interface HttpCall {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
  /** The connection is cut after that many bytes of the body. */
  readonly cutAfter?: number;
  /** Called when the last byte has been handed to the network. */
  readonly sent?: () => void;
}

/** Decides about a call: what it returns is answered, 'cut' breaks the connection without an answer. */
type Intercept = (call: HttpCall, forward: () => Promise<HttpAnswer>) => Promise<HttpAnswer | 'cut'>;

export interface HttpGate {
  readonly url: string;
  intercept: Intercept;
  stop(): Promise<void>;
}

/** Stands in front of a service on loopback and passes everything on, whole calls at a time, for tests. */
export async function startHttpGate(target: string): Promise<HttpGate> {
  const answer = async (asked: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url: path = '/', headers } = asked;
    const call: HttpCall = { method, path, headers, body: await bodyOf(asked) };
    const given = await gate.intercept(call, () => passOn(target, call)).catch(() => 'cut' as const);
    if (given === 'cut' || response.destroyed) return void response.destroy();
    const { 'transfer-encoding': _, connection: __, ...kept } = given.headers;
    response.writeHead(given.status, kept);
    if (given.cutAfter !== undefined) {
      response.write(given.body.subarray(0, given.cutAfter), () => response.destroy());
      return;
    }
    response.end(given.body, () => given.sent?.());
  };
  const server = createServer((asked, response) => void answer(asked, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const gate: HttpGate = {
    url: `http://127.0.0.1:${port}`,
    intercept: (_, forward) => forward(),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return gate;
}

function passOn(target: string, { method, path, headers, body }: HttpCall): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    // The host stays as it was asked for: it is part of what was signed.
    const passed = request(new URL(path, target), { method, headers, agent: false }, (answer) => {
      bodyOf(answer).then(
        (given) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: given }),
        reject,
      );
    });
    passed.on('error', reject);
    passed.end(body);
  });
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}
