import { queryOf } from '../address.ts';
import type { RequestHead } from '../incoming.ts';
import { ProblemError, problemResponse } from '../problem.ts';
import { accessOf } from './access.ts';
import type { AccessGuard } from './provenIdentity.ts';

const ANALYTICS = '/api/v1/analytics/';
const PAIRS = '/api/v1/analytics/collaborative-pairs';

export function isAnalytics(path: string): boolean {
  return path.startsWith(ANALYTICS);
}

/**
 * The refusal of analytics to who may not see them, or null. What goes with one product is on its page
 * anyway; everything else tells how the shop does, and needs a read key with the scope `analytics`.
 */
export async function analyticsRefusal(
  request: RequestHead,
  path: string,
  guard: AccessGuard,
): Promise<Response | null> {
  // Other methods find no route there: 405, whoever asks.
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead || !isAnalytics(path)) return null;
  const isSeeded = path.replace(/\/$/, '') === PAIRS && hasProduct(request.url);
  if (isSeeded) return null;
  const { scopes } = await accessOf(request, guard);
  if (scopes.has('analytics')) return null;
  const detail = 'analytics need a read key with the scope analytics; pairs of one product_id are public';
  return problemResponse(new ProblemError('unauthorized', detail));
}

function hasProduct(url: string): boolean {
  return (queryOf(url).get('product_id') ?? '').trim() !== '';
}
