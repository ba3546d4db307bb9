const decoder = new TextDecoder('utf-8', { fatal: true });

/** The JSON value the bytes spell. Throws SyntaxError or TypeError. */
export function jsonOf(bytes: Uint8Array): unknown {
  return JSON.parse(decoder.decode(bytes));
}
