import type * as z from 'zod';
import type { ProblemCode } from '../../shared/api/problem.ts';

/** A schema under the name it has in the document. */
export interface NamedShape {
  readonly name: string;
  readonly schema: z.ZodType;
}

/** What a request may prove itself with. `shopper`, `details`: it is answered without, only otherwise. */
export type Proof = 'none' | 'shopper' | 'details' | 'analytics' | 'administrator';

export type Tag = 'recommendations' | 'analytics' | 'service' | 'older clients' | 'administration';

/** One operation of the API, as the OpenAPI document describes it. */
export interface DescribedOperation {
  /** The operationId; of reads the client's method too. */
  readonly name: string;
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly path: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly proof: Proof;
  readonly query: z.ZodObject | null;
  /** If-Match is needed: the version of the rules that was seen. */
  readonly versioned?: boolean;
  readonly body?: NamedShape & { readonly example: unknown };
  /** Null: it answers problems only. */
  readonly answer: (NamedShape & { readonly status: 200 | 201 | 202 }) | null;
  /** `etag`: it has one; `cached`: and may be answered 304. */
  readonly caching: 'none' | 'etag' | 'cached';
  readonly problems: readonly ProblemCode[];
  /** A request, as it is sent. */
  readonly example?: string;
}
