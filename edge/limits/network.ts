import type { RequestHead } from '../incoming.ts';
/** What an address is counted by: of an IPv6 one the first half, for one household has the whole of the other. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const first = head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0');
  return [...first, ...zeros, ...last].slice(0, 4).join(':');
}

/** Where a request comes from, as Cloudflare says. */
export function networkOfRequest(request: RequestHead): string {
  return networkOf(request.headers.get('cf-connecting-ip') ?? 'unknown');
}
