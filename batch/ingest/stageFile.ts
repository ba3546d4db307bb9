import type { StepProgress } from '../progress.ts';
import { addRecords } from './addRecords.ts';
import { localFile } from './inputFile.ts';
import type { Kind } from './kinds.ts';
import type { Mapping } from './mapping.ts';
import { openTable } from './openTable.ts';
import { readRecords } from './readRecords.ts';
import type { RejectReason } from './rejectReason.ts';
import type { RejectsFile } from './rejects.ts';
import { createRemarks } from './remarks.ts';
import type { Stage } from './stage.ts';

/** Every row of a file: loaded or rejected, with the reasons. Blank lines are not rows. */
export interface RowCounts {
  read: number;
  rejected: number;
  readonly byReason: Map<RejectReason, number>;
}

function noRows(): RowCounts {
  return { read: 0, rejected: 0, byReason: new Map() };
}

interface StageTarget {
  readonly stage: Stage;
  readonly rejects: RejectsFile | null;
  readonly progress: StepProgress;
  readonly note: (note: string) => void;
}

interface FileInput {
  readonly kind: Kind;
  /** Null: no such file was named. */
  readonly path: string | null;
  readonly mapping: Mapping;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Streams a file into the stage, row by row; bad rows go to the rejects file.
 * @throws BatchError when the file as a whole cannot be used
 */
export async function stageFile(input: FileInput, target: StageTarget): Promise<RowCounts> {
  const counts = noRows();
  if (input.path === null) return counts;
  const { stage, rejects, progress, note } = target;
  const table = await openTable(await localFile(input.path), input);
  const remarks = createRemarks();
  try {
    for await (const block of readRecords(table, { ...input, note, remarks })) {
      addRecords(stage, input.kind, block.records);
      for (const { line, reason, cells } of block.rejects) {
        countReject(counts, reason);
        rejects?.add({ file: table.name, line, reason, cells });
      }
      counts.read += block.rows;
      await rejects?.flush();
      await stage.relieve();
      const total =
        block.bytesRead === 0 ? null : Math.round((counts.read * table.totalBytes) / block.bytesRead);
      progress.update({ done: counts.read, total, unit: 'lines', note: `reading ${table.name}` });
    }
    for (const text of remarks.notes()) note(text);
    return counts;
  } finally {
    await table.close();
  }
}

function countReject(counts: RowCounts, reason: RejectReason, times = 1): void {
  counts.rejected += times;
  counts.byReason.set(reason, (counts.byReason.get(reason) ?? 0) + times);
}
