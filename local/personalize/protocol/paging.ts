import { PersonalizeError } from './errors.ts';

const PAGE_SIZE = 100;

interface PageRequest {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

const toToken = (sequence: number) => Buffer.from(`after:${sequence}`).toString('base64url');

function fromToken(token: string): number {
  const match = /^after:(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (match === null) throw new PersonalizeError('InvalidNextTokenException', 'The nextToken is not valid.');
  return Number(match[1]);
}

/** One page of rows ordered by `sequence`, and the token of the next; stable while rows are added or removed. */
export function page<T extends { readonly sequence: number }>(rows: readonly T[], request: PageRequest) {
  const after = request.nextToken === undefined ? -1 : fromToken(request.nextToken);
  const rest = rows.filter((row) => row.sequence > after);
  const shown = rest.slice(0, request.maxResults ?? PAGE_SIZE);
  const last = shown.at(-1);
  const more = last !== undefined && rest.length > shown.length;
  return { rows: shown, ...(more ? { nextToken: toToken(last.sequence) } : {}) };
}
