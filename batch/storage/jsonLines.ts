import type { z } from 'zod';
import { BatchError } from '../errors.ts';
import { listObjects, type ObjectStore, readObject } from './objectStore.ts';

/**
 * The JSON lines of every `.out` object below a prefix, one by one, each checked against `schema`.
 * Objects are read as streams: one chunk and one line are in memory.
 * Throws BatchError `output_missing` without any such object, `output_damaged` at a line that is not
 * JSON, is cut off or does not fit the schema.
 */
export async function* readJsonLines<T>(
  store: ObjectStore,
  prefix: string,
  schema: z.ZodType<T>,
): AsyncGenerator<T> {
  const objects = (await listObjects(store, prefix)).filter(({ key }) => key.endsWith('.out'));
  if (objects.length === 0) throw missing(store.bucket, prefix);
  for (const { key } of objects) {
    let number = 0;
    for await (const line of linesOf(readObject(store, key))) {
      number++;
      yield parseLine(line, schema, `s3://${store.bucket}/${key} line ${number}`);
    }
  }
}

/** Lines without their newlines. A rest without a newline comes as the last line: JSON shows if it is whole. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest: string[] = [];
  for await (const chunk of chunks) {
    const pieces = decoder.decode(chunk, { stream: true }).split('\n');
    // Pieces of one long line are joined once, not once per chunk.
    rest.push(pieces[0] ?? '');
    for (let i = 1; i < pieces.length; i++) {
      const line = rest.join('');
      if (line !== '') yield line;
      rest = [pieces[i] ?? ''];
    }
  }
  const last = rest.join('') + decoder.decode();
  if (last !== '') yield last;
}

function parseLine<T>(line: string, schema: z.ZodType<T>, where: string): T {
  try {
    return schema.parse(JSON.parse(line));
  } catch (error) {
    throw new BatchError({
      code: 'output_damaged',
      message: `${where} cannot be understood: cut off, or not in Personalize's format`,
      remedy: 'look at the object; batch run --fresh starts a new run, which infers again',
      cause: error,
    });
  }
}

function missing(bucket: string, prefix: string): BatchError {
  return new BatchError({
    code: 'output_missing',
    message: `there is no .out object below s3://${bucket}/${prefix}`,
    remedy:
      'batch run --fresh starts a new run, which infers again; check that nobody deletes objects of a running batch',
  });
}
