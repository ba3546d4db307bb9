import { queryOf } from '../address.ts';
import type { RequestHead } from '../incoming.ts';
import { refusal } from './refusal.ts';

/** Why this shopper wants no personal list (Global Privacy Control, or the storefront's banner), or null. */
export function readConsent(request: RequestHead): string | null {
  if (request.headers.get('sec-gpc') === '1') return refusal('Sec-GPC asks for no profiling');
  if (!request.url.includes('consent=')) return null;
  const consent = queryOf(request.url).getAll('consent');
  return consent.includes('denied') ? refusal('consent is denied') : null;
}
