import { ProblemError } from '../problem.ts';

/** Nothing this API takes is nested deeper. */
const DEEPEST = 8;

/**
 * The JSON body of a request: at most so many bytes, of which no more are read, and not nested deeper
 * than anything this API takes. Throws ProblemError.
 */
export async function readJson(request: Request, longest: number): Promise<unknown> {
  const text = await readText(request, longest);
  if (isDeeper(text, DEEPEST)) throw notJson(`is nested deeper than ${DEEPEST} levels`);
  try {
    return JSON.parse(text);
  } catch {
    throw notJson('is not JSON');
  }
}

async function readText(request: Request, longest: number): Promise<string> {
  const tooLarge = new ProblemError('too_large', `the body is longer than ${longest} bytes`);
  if (Number(request.headers.get('content-length')) > longest) throw tooLarge;
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  const reader = request.body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.byteLength;
    if (bytes > longest) {
      await reader.cancel();
      throw tooLarge;
    }
    text += decoder.decode(value, { stream: true });
  }
  return text + decoder.decode();
}

/**
 * Counts brackets outside strings, before anything is built from them. A string that does not end is taken to the
 * end of the text: to seek its end again from each quote in it would take the square of the text's length.
 */
function isDeeper(text: string, deepest: number): boolean {
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"?|[[{\]}]/gs)) {
    if (token === '[' || token === '{') depth++;
    else if (token === ']' || token === '}') depth--;
    if (depth > deepest) return true;
  }
  return false;
}

function notJson(what: string): ProblemError {
  return new ProblemError('invalid_parameter', `the body ${what}`, 'body');
}
