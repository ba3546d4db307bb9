import { Readable } from 'node:stream';
import { CopyObjectCommand, DeleteObjectCommand, GetBucketVersioningCommand } from '@aws-sdk/client-s3';
import type { Config } from '../config.ts';
import { BatchError } from '../errors.ts';
import { listRunFolders } from '../publish/runFolders.ts';
import { isDenied } from '../setup/part.ts';
import type { StepContext } from '../steps/step.ts';
import { linesOf } from '../storage/jsonLines.ts';
import { listObjects, type ObjectStore, readObject, writeObject } from '../storage/objectStore.ts';
import { wholeRows } from './wholeRows.ts';
import { withoutCustomers } from './withoutCustomers.ts';

interface Rewritten {
  readonly objects_looked_at: number;
  readonly objects_rewritten: number;
  readonly lines_removed: number;
  /** Whether the bucket keeps former versions of what was rewritten; null: these credentials may not ask. */
  readonly versioned: boolean | null;
}

type ObjectContext = Pick<StepContext, 's3' | 'signal'> & {
  readonly config: Pick<Config, 'environment' | 's3'>;
};

/** Ends the key of a copy that is being made; what a crash left of one is deleted by the next attempt. */
const UNFINISHED = '.erasing';

/**
 * Takes a customer out of everything that runs have put into the bucket: exports, inference inputs and results.
 * Objects are streamed, first to look, then, if the customer is in them, into a copy that takes their place.
 */
export async function rewriteObjects(
  context: ObjectContext,
  customerNumbers: readonly number[],
): Promise<Rewritten> {
  const { s3, config, signal } = context;
  let looked = 0;
  let objects = 0;
  let lines = 0;
  const customers = new Set(customerNumbers.map(String));
  for (const { prefix } of await listRunFolders(s3, config)) {
    for (const { key } of await listObjects(s3, prefix)) {
      signal.throwIfAborted();
      if (key.endsWith(UNFINISHED)) await remove(s3, key);
      if (!/\.(csv|json|jsonl|out)$/.test(key)) continue;
      looked++;
      const removed = await rewriteOne(context, key, customers);
      if (removed > 0) objects++;
      lines += removed;
    }
  }
  return {
    objects_looked_at: looked,
    objects_rewritten: objects,
    lines_removed: lines,
    versioned: await keepsVersions(s3),
  };
}

/** Also where versioning is suspended: those made before are kept. */
async function keepsVersions({ client, bucket }: ObjectStore): Promise<boolean | null> {
  try {
    const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket: bucket }));
    return Status !== undefined;
  } catch (error) {
    if (error instanceof BatchError && isDenied(error.cause)) return null;
    throw error;
  }
}

/** @returns lines that named the customer */
async function rewriteOne(
  { s3, signal }: ObjectContext,
  key: string,
  customers: ReadonlySet<string>,
): Promise<number> {
  const looking = countRemoved();
  for await (const _ of keptLines(s3, key, { customers, onRemoved: looking.add })) signal.throwIfAborted();
  if (looking.count() === 0) return 0;
  const copy = `${key}${UNFINISHED}`;
  const body = Readable.from(keptLines(s3, key, { customers, onRemoved: () => undefined }));
  await writeObject(s3, { key: copy, body, contentType: 'application/octet-stream', signal });
  await s3.client.send(
    new CopyObjectCommand({ Bucket: s3.bucket, Key: key, CopySource: `${s3.bucket}/${encodeURI(copy)}` }),
  );
  await remove(s3, copy);
  return looking.count();
}

function countRemoved() {
  let removed = 0;
  return { add: () => removed++, count: () => removed };
}

interface Leaving {
  readonly customers: ReadonlySet<string>;
  readonly onRemoved: () => void;
}

async function* keptLines(
  s3: ObjectStore,
  key: string,
  { customers, onRemoved }: Leaving,
): AsyncGenerator<string> {
  const form = key.endsWith('.csv') ? 'csv' : 'json';
  const lines = linesOf(readObject(s3, key));
  for await (const line of form === 'csv' ? wholeRows(lines) : lines) {
    const kept = withoutCustomers(line, { customers, form });
    if (kept !== line) onRemoved();
    if (kept !== null) yield `${kept}\n`;
  }
}

async function remove({ client, bucket }: ObjectStore, key: string): Promise<void> {
  await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
}
