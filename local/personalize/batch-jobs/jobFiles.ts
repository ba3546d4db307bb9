import { basename } from 'node:path/posix';
import type { Readable } from 'node:stream';
import { MAX_BATCH_FILES } from '../limits.ts';
import { JobFailure } from '../state/jobFailure.ts';
import { openS3, type S3Settings } from '../storage/client.ts';
import { asFolder, parseLocation } from '../storage/location.ts';
import { listKeys, readObject, writeObject } from '../storage/objects.ts';
import { type OpenObject, openObject } from '../storage/upload.ts';

interface JobPaths {
  readonly s3: S3Settings;
  readonly inputPath: string;
  readonly outputPath: string;
}

/** Answers one input file: its lines in, the text of the output file out. */
export type AnswerFile = (lines: AsyncIterable<string>, output: OpenObject) => Promise<void>;

/** Lines that are not blank. */
async function* linesOf(body: Readable): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield line;
  }
  rest += decoder.decode();
  if (rest.trim() !== '') yield rest;
}

/**
 * Goes through the input files of a batch job (the path is a prefix) and writes `<name>.out` for each below
 * the output path, beside the `_CHECK` object by which Personalize tries whether it may write there.
 */
export async function answerFiles(
  { s3, inputPath, outputPath }: JobPaths,
  answer: AnswerFile,
): Promise<void> {
  const input = parseLocation(inputPath);
  const target = parseLocation(outputPath);
  if (input === null) throw new JobFailure('Invalid S3 input path');
  if (target === null) throw new JobFailure('Invalid S3 output path');
  const access = openS3(s3);
  try {
    const keys = await listKeys(access, input);
    if (keys.length === 0) throw new JobFailure('Invalid S3 input path');
    if (keys.length > MAX_BATCH_FILES)
      throw new JobFailure(`The input has more than ${MAX_BATCH_FILES} files.`);
    const folder = asFolder(target.key);
    await writeObject(access, { bucket: target.bucket, key: `${folder}_CHECK` }, '');
    for (const key of keys) {
      const body = await readObject(access, { bucket: input.bucket, key });
      const output = openObject(access, { bucket: target.bucket, key: `${folder}${basename(key)}.out` });
      try {
        await answer(linesOf(body), output);
        await output.finish();
      } catch (error) {
        await output.abort();
        throw error;
      }
    }
  } finally {
    access.close();
  }
}
