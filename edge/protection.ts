/** Security headers of every answer, whoever gives it. */
export const PROTECTION: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=31536000',
};

/** Puts them on an answer that was made without them. */
export function protect(headers: Headers): void {
  if (headers.has('strict-transport-security')) return;
  for (const [name, value] of Object.entries(PROTECTION)) headers.set(name, value);
}
