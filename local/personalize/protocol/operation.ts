import type { z } from 'zod';
import type { Service } from '../service.ts';
import { validate } from './validation.ts';

/** What one request knows: the service, and the region its signature is scoped to. */
export interface Call {
  readonly service: Service;
  readonly region: string;
}

type Answer = object | undefined;

/** One operation of the API. `run` validates, handles, and gives the body (undefined: an empty one). */
export interface Operation {
  readonly name: string;
  readonly run: (call: Call, input: unknown) => Promise<Answer>;
}

/** Declares an operation: its name on the wire, the zod form of its input, and what it does. */
export function operation<S extends z.ZodType>(
  name: string,
  input: S,
  handle: (call: Call, input: z.output<S>) => Answer | Promise<Answer>,
): Operation {
  return { name, run: async (call, raw) => handle(call, validate(input, raw)) };
}
