import { BatchError } from '../errors.ts';
import { maskText } from '../ingest/mask.ts';
import { oneLine } from '../ingest/values.ts';
import type { SourceContext } from './source.ts';

/** Waits before the second, third … attempt of one request. */
const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 16_000];
/** The other side may ask for longer waits, up to this. */
const LONGEST_WAIT_MS = 15 * 60_000;
const LARGEST_BODY_BYTES = 256 << 20;

export interface HttpSettings {
  /** Whose requests they are, for messages. */
  readonly source: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly perSecond: number;
  readonly timeoutMs: number;
}

export interface JsonAnswer {
  readonly body: unknown;
  readonly headers: Headers;
}

/** An answer that says no, and will again. */
export class HttpRefusal extends BatchError {
  readonly status: number;

  /** @param said what the other side gives as its reason; '' when nothing */
  constructor(
    source: string,
    url: URL,
    { status, said }: { readonly status: number; readonly said: string },
  ) {
    const where = `${url.origin}${url.pathname}`;
    const denied = status === 401 || status === 403;
    super({
      code: denied ? 'source_denied' : 'source_refused',
      message: `${source} answers ${status} for ${where}${said === '' ? '.' : `: ${said}`}`,
      remedy: denied
        ? 'Check the token in its environment variable and what it may read; in the sources file "auth" (header, scheme) and other "headers" that the interface asks for.'
        : 'Compare the path and parameters in the sources file with the description of the interface.',
    });
    this.status = status;
  }
}

/**
 * Asks for JSON, not faster than allowed. Too many requests (429), errors of the server (5xx), time-outs and answers
 * that break off are asked for again after growing waits, or after the wait the answer names (Retry-After).
 * @throws HttpRefusal; BatchError source_down when waiting has not helped
 */
export function createJsonRequests(settings: HttpSettings, context: SourceContext) {
  const pace = createPace(settings.perSecond, context);
  return async (url: URL): Promise<JsonAnswer> => {
    for (let failures = 0; ; failures++) {
      await pace();
      const outcome = await attempt(url, settings, context);
      if (!('failure' in outcome)) return outcome;
      const wait = Math.max(WAITS_MS[failures] ?? 0, outcome.waitMs ?? 0);
      if (failures >= WAITS_MS.length || wait > LONGEST_WAIT_MS)
        throw down(settings.source, url, outcome.failure);
      await context.sleep(wait);
    }
  };
}

interface Failure {
  readonly failure: string;
  readonly waitMs: number | null;
}

async function attempt(
  url: URL,
  { source, headers, timeoutMs }: HttpSettings,
  { signal, now }: SourceContext,
): Promise<JsonAnswer | Failure> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    // A redirection would carry the token to wherever it points.
    const answer = await fetch(url, {
      headers: { accept: 'application/json', ...headers },
      redirect: 'manual',
      signal: patience,
    });
    if (answer.status === 429 || answer.status >= 500) {
      await answer.body?.cancel();
      const waitMs = retryAfterMs(answer.headers.get('retry-after'), now());
      return { failure: `it answers ${answer.status}`, waitMs };
    }
    if (!answer.ok) {
      const said = await reasonOf(answer, Object.values(headers));
      throw new HttpRefusal(source, url, { status: answer.status, said });
    }
    if (answer.headers.get('content-type')?.includes('html')) {
      await answer.body?.cancel();
      return {
        failure: 'it answers a web page instead of JSON, such as for log-in or maintenance',
        waitMs: null,
      };
    }
    return { body: JSON.parse(await readText(answer)), headers: answer.headers };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof BatchError) throw error;
    return { failure: failureOf(error, timeoutMs), waitMs: null };
  }
}

const LONGEST_REASON = 200;

/** The beginning of a refusal, on one line, without what was sent in the headers and what looks personal. */
async function reasonOf(answer: Response, sent: readonly string[]): Promise<string> {
  const type = answer.headers.get('content-type') ?? '';
  if (!/json|text\/plain/.test(type)) {
    await answer.body?.cancel();
    return '';
  }
  let text = await readText(answer).catch(() => '');
  // "Token abc" may be repeated as "abc".
  const secrets = sent
    .flatMap((value) => [value, ...value.split(' ').slice(1)])
    .filter((word) => word.length > 3);
  for (const secret of secrets) text = text.replaceAll(secret, '***');
  return maskText(oneLine(text)).slice(0, LONGEST_REASON);
}

async function readText(answer: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (bytes > LARGEST_BODY_BYTES) throw new Error('its answer is larger than 256 MB');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function failureOf(error: unknown, timeoutMs: number): string {
  if (error instanceof SyntaxError) return 'its answer is not JSON, or breaks off';
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** @param header seconds, or a date (RFC 9110, 10.2.3) */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d+(\.\d+)?$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** Waits so that no more requests begin in a second than allowed. */
function createPace(perSecond: number, { now, sleep }: SourceContext): () => Promise<void> {
  const gap = 1000 / perSecond;
  let next = 0;
  return async () => {
    const wait = next - now();
    next = Math.max(now(), next) + gap;
    if (wait > 0) await sleep(wait);
  };
}

function down(source: string, url: URL, failure: string): BatchError {
  return new BatchError({
    code: 'source_down',
    message: `${source} does not answer as it should for ${url.origin}${url.pathname}: ${failure}.`,
    remedy: 'See whether it is up; the next sync goes on where this one stopped.',
  });
}
