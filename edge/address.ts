/*
 * Addresses of requests are normalised already, and to read one as a URL takes as long as to find a customer in
 * a shard.
 */

/** The path of a request's address, as `new URL(url).pathname` gives it. */
export function pathOf(url: string): string {
  const from = url.indexOf('/', url.indexOf('://') + 3);
  if (from < 0) return '/';
  const query = url.indexOf('?', from);
  const fragment = url.indexOf('#', from);
  if (fragment >= 0 && (query < 0 || fragment < query)) return url.slice(from, fragment);
  return query < 0 ? url.slice(from) : url.slice(from, query);
}

/** The parameters of a request's address, as `new URL(url).searchParams` gives them. */
export function queryOf(url: string): URLSearchParams {
  const fragment = url.indexOf('#');
  const query = url.indexOf('?');
  if (query < 0 || (fragment >= 0 && fragment < query)) return new URLSearchParams();
  // One question mark at the beginning does not count.
  return new URLSearchParams(fragment < 0 ? url.slice(query) : url.slice(query, fragment));
}
