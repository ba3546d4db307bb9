import type { ExecutionContext } from 'hono';
import { pathOf } from './address.ts';
import type { AnswerNote } from './observe/answerNote.ts';
import { type Backend, WaitTimes } from './observe/waits.ts';
import type { Caller } from './stores/scope.ts';

/** What of a request decides who may read what. A Request has all of it. */
export type RequestHead = Pick<Request, 'url' | 'method' | 'headers'>;

/**
 * One request on its way through the Worker, with what is noted of it until it is logged. Each look at a
 * Request's properties, and at the clock, is a call into the runtime that takes as long as finding a kept
 * answer: they are looked at once.
 */
export class Incoming implements RequestHead, Caller {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly path: string;
  /** Made of its answer; null: not a list. */
  note: AnswerNote | null = null;
  /** Seconds since the snapshot of its answer was made; null: unknown. */
  snapshotAge: number | null = null;
  /** Whether its answer was made for an earlier request. Such a one carries all its headers already. */
  isKept = false;
  #waits: WaitTimes | null = null;
  readonly request: Request;
  /** When it came in, milliseconds since 1970. */
  readonly at: number;
  readonly context: ExecutionContext | undefined;

  /** @param context undefined where no runtime is around the request (tests) */
  constructor(request: Request, at: number, context?: ExecutionContext) {
    this.request = request;
    this.at = at;
    this.context = context;
    this.url = request.url;
    this.method = request.method;
    this.headers = request.headers;
    this.path = pathOf(this.url);
  }

  waitUntil(promise: Promise<unknown>): void {
    this.context?.waitUntil(promise);
  }

  beginWait(backend: Backend, now: () => number): () => void {
    this.#waits ??= new WaitTimes();
    return this.#waits.begin(backend, now);
  }

  /** Server-Timing (W3C): all that was waited for, then of it each store that was waited for. */
  timing(ms: number): string {
    return `io;dur=${ms}${this.#waits ?? ''}`;
  }
}

/** Of Hono's routes: the request comes to them as `c.env.incoming`. */
export interface RouteEnv {
  readonly Bindings: { readonly incoming: Incoming };
}
