import { join } from 'node:path';
import type { ItemAffinityModel } from '../../engine/model.ts';
import { segmentForSet } from '../../engine/set-segments.ts';
import { type Table, textAt } from '../data/table.ts';
import { readTable } from '../data/tableFiles.ts';
import { parseItemAttributes, rowsWithAttributes } from '../filters/attributes.ts';
import { FilterSyntaxError } from '../filters/tokens.ts';
import { itemsOfModel } from '../training/modelFiles.ts';
import { type AskedLine, userError } from './lines.ts';
import { quoteAll, segmentLine } from './outputLines.ts';
import type { AnswerSegments, SegmentParts } from './segments.ts';

/** Indexes of the items a query is about; a FilterSyntaxError says what is wrong with it. */
function itemsOf(query: string, items: Table, indexOf: ReadonlyMap<string, number>): number[] {
  const idField = items.fields.find(({ name }) => name === 'ITEM_ID');
  if (idField === undefined) return [];
  return rowsWithAttributes(items, parseItemAttributes(query)).flatMap(
    (row) => indexOf.get(textAt(items, idField, row)) ?? [],
  );
}

/** Answers the lines of item-attribute-affinity: for each query the users who most likely buy what meets it. */
export async function attributeSegments(
  model: ItemAffinityModel,
  { task, indexOf, maskOf }: SegmentParts,
): Promise<AnswerSegments> {
  const items = await readTable(join(task.dataDir, itemsOfModel(task.model)));
  const quotedUsers = quoteAll(model.userIds);

  const answer = (line: AskedLine): string => {
    const failed = (error: string) => segmentLine({ ...line, error: userError(error) }, []);
    if (line.error !== null) return segmentLine(line, []);
    try {
      const found = itemsOf(line.id, items, indexOf);
      if (found.length === 0) return failed('No item has these attributes.');
      const segment = segmentForSet(model, { items: found, k: task.numResults, userMask: maskOf(line) });
      return segmentLine(
        line,
        Array.from(segment.ids, (user) => quotedUsers[user] ?? '""'),
      );
    } catch (error) {
      if (error instanceof FilterSyntaxError) return failed(`${error.message}.`);
      throw error;
    }
  };
  return async (lines, output) => {
    for (const line of lines) await output.write(answer(line));
  };
}
