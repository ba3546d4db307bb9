/** An answer of the administration: JSON, never kept. */
export function adminResponse(
  body: unknown,
  { status = 200, etag }: { readonly status?: number; readonly etag?: string } = {},
): Response {
  const headers = { 'content-type': 'application/json; charset=UTF-8', 'cache-control': 'no-store' };
  return new Response(JSON.stringify(body), { status, headers: etag ? { ...headers, etag } : headers });
}
