/** Why this shopper wants no personal list (Global Privacy Control, or the storefront's banner), or null. */
export function readConsent(request: Request): string | null {
  if (request.headers.get('sec-gpc') === '1') return 'not personal: Sec-GPC asks for no profiling';
  if (!request.url.includes('consent=')) return null;
  const consent = new URL(request.url).searchParams.get('consent');
  return consent === 'denied' ? 'not personal: consent is denied' : null;
}
