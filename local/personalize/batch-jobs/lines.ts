import { z } from 'zod';
import type { Asked } from '../answering/answering.ts';
import { MAX_ID_LENGTH } from '../limits.ts';

const Id = z.string().min(1).max(MAX_ID_LENGTH);
const FilterValues = z.record(z.string(), z.string()).optional();

/** What an input line may say, by what the recipe is asked with. */
const FORMS = {
  userId: z.object({ userId: Id, filterValues: FilterValues }),
  itemId: z.object({ itemId: Id, filterValues: FilterValues }),
  itemAttributes: z.object({ itemAttributes: z.string().min(1), filterValues: FilterValues }),
  ranking: z.object({ userId: Id, itemList: z.array(Id).min(1).max(500), filterValues: FilterValues }),
};
interface Members {
  readonly userId?: string;
  readonly itemId?: string;
  readonly itemAttributes?: string;
  readonly itemList?: readonly string[];
  readonly filterValues?: Readonly<Record<string, string>> | undefined;
}
export type LineForm = keyof typeof FORMS;

/** One line read: what it asks, or what is wrong with it. `input` is echoed as it came. */
export interface AskedLine extends Asked {
  readonly input: string;
  readonly error: string | null;
}

/** What is wrong with a line, in the words every such error begins with. */
export const userError = (error: string) => `User error: ${error}`;

const bad = (input: string, error: string): AskedLine => ({
  input,
  id: '',
  userId: '',
  itemList: [],
  filterValues: {},
  error: userError(error),
});

/** Reads a line of a batch job's input; a bad one is answered with its error and never fails the job. */
export function readLine(line: string, form: LineForm): AskedLine {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return bad('{}', 'The line is not valid JSON.');
  }
  const input = JSON.stringify(json);
  const read = FORMS[form].safeParse(json);
  if (!read.success) {
    const issue = read.error.issues[0];
    return bad(
      input,
      `Invalid value for ${issue?.path.join('.') || 'the line'}: ${issue?.message ?? 'not understood'}.`,
    );
  }
  const { itemId, userId, itemAttributes, itemList = [], filterValues = {} }: Members = read.data;
  return {
    input,
    id: itemId ?? userId ?? itemAttributes ?? '',
    userId: userId ?? '',
    itemList,
    filterValues,
    error: null,
  };
}
