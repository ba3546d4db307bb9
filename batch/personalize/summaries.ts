import type { CloudState } from './jobs.ts';

/** Members that Personalize's lists and descriptions have in common; the SDK types all as optional. */
interface Described {
  readonly status?: string | undefined;
  readonly failureReason?: string | undefined;
  readonly creationDateTime?: Date | undefined;
}

export function stateOf(arn: string, described: Described | undefined): CloudState {
  return {
    arn,
    status: described?.status ?? 'CREATE PENDING',
    failureReason: described?.failureReason ?? null,
    createdAt: described?.creationDateTime ?? null,
  };
}

/** The entry of that name on the pages of a list, or null. */
export async function findNamed<Page, Row extends { readonly name?: string | undefined }>(
  pages: AsyncIterable<Page>,
  rowsOf: (page: Page) => readonly Row[] | undefined,
  name: string,
): Promise<Row | null> {
  for await (const page of pages) {
    const found = rowsOf(page)?.find((row) => row.name === name);
    if (found !== undefined) return found;
  }
  return null;
}

/** The SDK types every answer's members as optional; one that must be there and is not is a broken answer. */
export function required(value: string | undefined, what: string): string {
  if (value === undefined) throw new Error(`Personalize answered without the ARN of ${what}`);
  return value;
}
