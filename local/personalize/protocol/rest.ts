import type { Hono } from 'hono';
import type { z } from 'zod';
import type { Service } from '../service.ts';
import { type Exchange, type ExchangeService, errorAnswer, readBody } from './app.ts';
import type { Call } from './operation.ts';
import { checkSignature } from './signature.ts';
import { validate } from './validation.ts';

/** An operation of Personalize's two REST services (runtime and events): `POST <path>` with a JSON body. */
export interface RestOperation {
  readonly service: ExchangeService;
  readonly name: string;
  readonly path: string;
  readonly run: (call: Call, input: unknown) => Promise<object | undefined>;
}

export function restOperation<S extends z.ZodType>(
  at: { readonly service: ExchangeService; readonly name: string; readonly path: string },
  input: S,
  handle: (call: Call, input: z.output<S>) => Promise<object | undefined>,
): RestOperation {
  return { ...at, run: async (call, raw) => handle(call, validate(input, raw)) };
}

/** These services use HTTP's own codes, and name the error in a header. */
const STATUS: Readonly<Record<string, number>> = {
  ResourceNotFoundException: 404,
  ResourceInUseException: 409,
};

interface RestParts {
  readonly service: Service;
  readonly operations: readonly RestOperation[];
  readonly observe: (exchange: Exchange) => void;
}

export function addRestRoutes(app: Hono, { service, operations, observe }: RestParts): void {
  for (const operation of operations) {
    app.post(operation.path, async (c) => {
      let request: unknown = null;
      const handle = async () => {
        const { region } = checkSignature(c.req.raw.headers);
        request = readBody(await c.req.text());
        return { status: 200, answer: await operation.run({ service, region }, request) };
      };
      const { status, answer } = await handle().catch((error: unknown) => errorAnswer(service, error));
      observe({ service: operation.service, operation: operation.name, request, status, answer });
      const type = answer !== undefined && '__type' in answer ? String(answer.__type) : null;
      return new Response(answer === undefined ? '' : JSON.stringify(answer), {
        status: type === null ? status : (STATUS[type] ?? status),
        headers: {
          'content-type': 'application/json',
          'x-amzn-requestid': crypto.randomUUID(),
          ...(type === null ? {} : { 'x-amzn-errortype': type }),
        },
      });
    });
  }
}
