import { Hono } from 'hono';
import type { Service } from '../service.ts';
import { PersonalizeError } from './errors.ts';
import type { Operation } from './operation.ts';
import { checkSignature } from './signature.ts';

const TARGET_PREFIX = 'AmazonPersonalize.';
const CONTENT_TYPE = 'application/x-amz-json-1.1';

export type ExchangeService = 'personalize' | 'personalize-runtime' | 'personalize-events';

/** One request and its answer, as they were on the wire. */
export interface Exchange {
  readonly service: ExchangeService;
  readonly operation: string;
  readonly request: unknown;
  readonly status: number;
  /** undefined: an empty body. */
  readonly answer: object | undefined;
}

export interface AppParts {
  readonly service: Service;
  readonly operations: readonly Operation[];
  /** Told of every exchange, after it. */
  readonly observe: (exchange: Exchange) => void;
}

export function readBody(text: string): unknown {
  try {
    const body: unknown = text === '' ? {} : JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  } catch {
    // Told below: AWS answers every unreadable body alike.
  }
  throw new PersonalizeError('SerializationException', 'The request body is not a JSON object.');
}

/** The body and status an error is answered with; one that is no answer of the service is a 500, and logged. */
export function errorAnswer({ log }: Service, error: unknown) {
  if (error instanceof PersonalizeError) {
    const { type, message, status } = error;
    return { status, answer: message === '' ? { __type: type } : { __type: type, message } };
  }
  log('an operation broke', { error });
  return { status: 500, answer: { __type: 'InternalFailure', message: String(error) } };
}

/** AWS JSON 1.1 over the operations given: `POST /` with `X-Amz-Target: AmazonPersonalize.<Operation>`. */
export function createApp({ service, operations, observe }: AppParts): Hono {
  const byName = new Map(operations.map((operation) => [operation.name, operation]));
  const app = new Hono();
  const respond = (body: object | undefined, status: number) =>
    new Response(body === undefined ? '' : JSON.stringify(body), {
      status,
      headers: { 'content-type': CONTENT_TYPE, 'x-amzn-requestid': crypto.randomUUID() },
    });

  app.post('/', async (c) => {
    const target = c.req.header('x-amz-target') ?? '';
    const name = target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : '';
    let request: unknown = null;
    const handle = async () => {
      const { region } = checkSignature(c.req.raw.headers);
      const operation = byName.get(name);
      if (operation === undefined) throw new PersonalizeError('UnknownOperationException', '');
      request = readBody(await c.req.text());
      return { status: 200, answer: await operation.run({ service, region }, request) };
    };
    const { status, answer } = await handle().catch((error: unknown) => errorAnswer(service, error));
    observe({ service: 'personalize', operation: name, request, status, answer });
    return respond(answer, status);
  });

  app.notFound(() => respond({ __type: 'UnknownOperationException' }, 404));
  return app;
}
