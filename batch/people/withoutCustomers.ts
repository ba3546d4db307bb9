import { z } from 'zod';

/** A line of Personalize's input or output that is about a customer, or lists some. */
const PersonalizeLine = z.looseObject({
  userId: z.string().optional(),
  input: z.looseObject({ userId: z.string().optional() }).optional(),
  output: z
    .looseObject({
      usersList: z.array(z.string()).optional(),
      recommendedUsers: z.array(z.string()).optional(),
    })
    .nullish(),
});

interface Leaving {
  readonly customers: ReadonlySet<string>;
  /** csv: the customer's number is the first field, as in the exports of users and interactions. */
  readonly form: 'csv' | 'json';
}

/**
 * What stays of a line of an export, an inference input or a result when customers leave: the line itself, the
 * line with a shorter list of users, or null. A line that is not what it should be stays as it is.
 */
export function withoutCustomers(line: string, { customers, form }: Leaving): string | null {
  if (form === 'csv')
    return customers.has(line.slice(0, line.indexOf(',')).replaceAll('"', '')) ? null : line;
  if (![...customers].some((customer) => line.includes(`"${customer}"`))) return line;
  const parsed = parse(line);
  if (parsed === null) return line;
  if (customers.has(parsed.userId ?? '') || customers.has(parsed.input?.userId ?? '')) return null;
  const { output } = parsed;
  const names = (['usersList', 'recommendedUsers'] as const).filter((name) =>
    output?.[name]?.some((user) => customers.has(user)),
  );
  if (names.length === 0) return line;
  const shorter = names.map(
    (name) => [name, output?.[name]?.filter((user) => !customers.has(user))] as const,
  );
  return JSON.stringify({ ...parsed, output: { ...output, ...Object.fromEntries(shorter) } });
}

function parse(line: string): z.infer<typeof PersonalizeLine> | null {
  try {
    return PersonalizeLine.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
