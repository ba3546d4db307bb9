/**
 * The path of a request's address, as `new URL(url).pathname` gives it. Addresses of requests are normalised
 * already, and to read one as a URL takes as long as to find a customer in a shard.
 */
export function pathOf(url: string): string {
  const from = url.indexOf('/', url.indexOf('://') + 3);
  if (from < 0) return '/';
  const query = url.indexOf('?', from);
  const fragment = url.indexOf('#', from);
  if (fragment >= 0 && (query < 0 || fragment < query)) return url.slice(from, fragment);
  return query < 0 ? url.slice(from) : url.slice(from, query);
}
