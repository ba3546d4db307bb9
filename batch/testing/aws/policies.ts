export interface PolicyDocument {
  readonly Statement: readonly {
    readonly Effect: 'Allow' | 'Deny';
    readonly Action: string | readonly string[];
    readonly Resource: string | readonly string[];
  }[];
}

/** IAM's rule: a deny wins, and what nothing allows is denied. */
export function allows({ Statement }: PolicyDocument, action: string, resource: string): boolean {
  const matching = Statement.filter(
    ({ Action, Resource }) =>
      [Action].flat().some((pattern) => fits(pattern, action)) &&
      [Resource].flat().some((pattern) => fits(pattern, resource)),
  );
  return matching.length > 0 && matching.every(({ Effect }) => Effect === 'Allow');
}

function fits(pattern: string, value: string): boolean {
  const parts = pattern.split('*');
  if (parts.length === 1) return pattern.toLowerCase() === value.toLowerCase();
  const [first = '', ...rest] = parts;
  const last = rest.pop() ?? '';
  let at = first.length;
  if (!value.startsWith(first) || !value.endsWith(last)) return false;
  for (const part of rest) {
    const found = value.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= value.length - last.length;
}
