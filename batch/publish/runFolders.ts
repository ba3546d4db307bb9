import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { ObjectStore } from '../storage/objectStore.ts';
import { type RunPlace, runPrefix } from '../storage/paths.ts';

interface RunFolder {
  readonly runId: string;
  /** Ends with `/`. */
  readonly prefix: string;
}

/** Folders of all runs that have objects in the bucket. */
export async function listRunFolders({ client, bucket }: ObjectStore, place: RunPlace): Promise<RunFolder[]> {
  const parent = runPrefix(place, '').replace(/\/+$/, '/');
  const folders: RunFolder[] = [];
  const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: parent, Delimiter: '/' });
  for await (const page of pages) {
    for (const { Prefix: prefix } of page.CommonPrefixes ?? []) {
      if (prefix !== undefined) folders.push({ prefix, runId: prefix.slice(parent.length, -1) });
    }
  }
  return folders;
}
