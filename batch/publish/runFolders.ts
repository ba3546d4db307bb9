import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { isRunId } from '../runs/runId.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { type RunPlace, runPrefix } from '../storage/paths.ts';

export interface RunFolder {
  readonly runId: string;
  /** Ends with `/`. */
  readonly prefix: string;
}

/** Folders in the bucket that are named as a run is; whatever else lies beside them is not ours. */
export async function listRunFolders({ client, bucket }: ObjectStore, place: RunPlace): Promise<RunFolder[]> {
  const parent = runPrefix(place, '').replace(/\/+$/, '/');
  const folders: RunFolder[] = [];
  const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: parent, Delimiter: '/' });
  for await (const page of pages) {
    for (const { Prefix: prefix } of page.CommonPrefixes ?? []) {
      const runId = prefix?.slice(parent.length, -1) ?? '';
      if (prefix !== undefined && isRunId(runId)) folders.push({ prefix, runId });
    }
  }
  return folders;
}
