import type * as z from 'zod';
import type { DescribedOperation, NamedShape } from './operation.ts';

/** A read: a GET that answers 200, whatever is down, unless it says otherwise. */
export interface DescribedRead extends DescribedOperation {
  readonly answer: NamedShape & { readonly status: 200 };
  /** A question of the sample shop; its answer is the document's example. */
  readonly example: string;
}

interface Told {
  readonly name: string;
  readonly path: string;
  readonly summary: string;
  readonly query: z.ZodObject | null;
  readonly answer: NamedShape;
  readonly example: string;
}

/** What reads have in common, by where they stand. */
export function read({ answer, ...told }: Told, more: Partial<DescribedOperation> = {}): DescribedRead {
  return {
    ...{ ...told, method: 'get', tag: 'recommendations', proof: 'none', caching: 'cached' },
    problems: told.query === null ? [] : ['invalid_parameter'],
    ...more,
    answer: { ...answer, status: 200 },
  };
}
