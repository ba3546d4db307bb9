import { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Service } from '../service.ts';
import { PersonalizeError } from './errors.ts';
import type { Operation } from './operation.ts';
import { checkSignature } from './signature.ts';

const TARGET_PREFIX = 'AmazonPersonalize.';
const CONTENT_TYPE = 'application/x-amz-json-1.1';

const unknownOperation = () => new PersonalizeError('UnknownOperationException', '');

function readBody(text: string): unknown {
  try {
    const body: unknown = text === '' ? {} : JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  } catch {
    // Told below: AWS answers every unreadable body alike.
  }
  throw new PersonalizeError('SerializationException', 'The request body is not a JSON object.');
}

/** AWS JSON 1.1 over the operations given: `POST /` with `X-Amz-Target: AmazonPersonalize.<Operation>`. */
export function createApp(service: Service, operations: readonly Operation[]): Hono {
  const byName = new Map(operations.map((operation) => [operation.name, operation]));
  const app = new Hono();
  const answer = (body: object | undefined, status: ContentfulStatusCode) =>
    new Response(body === undefined ? '' : JSON.stringify(body), {
      status,
      headers: { 'content-type': CONTENT_TYPE, 'x-amzn-requestid': crypto.randomUUID() },
    });

  app.post('/', async (c) => {
    const target = c.req.header('x-amz-target') ?? '';
    const { region } = checkSignature(c.req.raw.headers);
    const operation = byName.get(target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : '');
    if (operation === undefined) throw unknownOperation();
    const body = await operation.run({ service, region }, readBody(await c.req.text()));
    return answer(body, 200);
  });

  app.notFound(() => answer({ __type: 'UnknownOperationException' }, 404));
  app.onError((error) => {
    if (error instanceof PersonalizeError) {
      const { type, message, status } = error;
      return answer(message === '' ? { __type: type } : { __type: type, message }, status);
    }
    service.log('an operation broke', { error });
    return answer({ __type: 'InternalFailure', message: String(error) }, 500);
  });
  return app;
}
