import { type ListBatch, segmentsForItems } from '../../engine/infer.ts';
import type { ItemAffinityModel } from '../../engine/model.ts';
import type { AskedLine } from './lines.ts';
import { quoteAll, segmentLine } from './outputLines.ts';
import type { AnswerSegments, SegmentParts } from './segments.ts';

/** Pairs of a line and a user: starting threads for fewer costs more than they save. */
const FEW_PAIRS = 10_000;

/** Row by row, the users of a batch that the mask lets pass, in JSON. */
function usersOf(
  batch: ListBatch,
  row: number,
  { quoted, limit, mask }: { quoted: readonly string[]; limit: number; mask: Uint8Array | null },
): string[] {
  const users: string[] = [];
  for (let at = row * batch.width; at < (row + 1) * batch.width && users.length < limit; at++) {
    const index = batch.ids[at] ?? -1;
    if (index < 0) break;
    if (mask === null || mask[index] === 1) users.push(quoted[index] ?? '""');
  }
  return users;
}

/** Answers the lines of item-affinity: for each item the users who most likely buy it. */
export function itemSegments(
  model: ItemAffinityModel,
  { task, indexOf, maskOf }: SegmentParts,
): AnswerSegments {
  const quoted = quoteAll(model.userIds);
  const limit = task.numResults;
  const answer = (line: AskedLine, batch: ListBatch, row: number) =>
    line.error === null ? usersOf(batch, row, { quoted, limit, mask: maskOf(line) }) : [];
  return (lines, output) =>
    segmentsForItems(model, {
      of: lines.map(({ id }) => indexOf.get(id) ?? -1),
      // A filter may refuse any number of the first: then all users are asked for.
      k: task.filter === null ? Math.min(limit, model.userIds.length) : model.userIds.length,
      ...(lines.length * model.userIds.length < FEW_PAIRS ? { threads: 0 } : {}),
      onBatch: async (batch) => {
        for (let row = 0; row < batch.rows; row++) {
          const line = lines[batch.from + row];
          if (line !== undefined) await output.write(segmentLine(line, answer(line, batch, row)));
        }
      },
    });
}
