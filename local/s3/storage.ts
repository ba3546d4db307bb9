import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
// The package exports only its server, which listens on every interface, and no store that lasts.
import { FileS3Persistence } from '../../node_modules/fauxqs/dist/s3/fileS3Persistence.js';
import { S3Store } from '../../node_modules/fauxqs/dist/s3/s3Store.js';

const ObjectDescription = z.object({ key: z.string(), contentLength: z.number() });

/**
 * The objects of a folder: each a `.data` file with a `.meta.json` beside it, read when asked for.
 * What a killed process left half-written is removed first, since loading stops at the first
 * unreadable file: uploads in parts, and objects whose description or length is wrong.
 */
export async function openStorage(folder: string): Promise<S3Store> {
  await rm(join(folder, '_multipart'), { recursive: true, force: true });
  const files = await readdir(join(folder, 'buckets'), { recursive: true }).catch(() => []);
  for (const file of files) {
    if (file.endsWith('.meta.json')) await removeIfBroken(join(folder, 'buckets', file));
  }
  const persistence = new FileS3Persistence(folder);
  const store = new S3Store();
  persistence.loadS3(store);
  store.persistence = persistence;
  return store;
}

async function removeIfBroken(descriptionFile: string): Promise<void> {
  const dataFile = descriptionFile.replace(/[.]meta[.]json$/, '.data');
  const size = (await stat(dataFile).catch(() => null))?.size;
  const description = ObjectDescription.safeParse(readJson(await readFile(descriptionFile, 'utf8')));
  if (description.success && description.data.contentLength === size) return;
  await rm(descriptionFile, { force: true });
  await rm(dataFile, { force: true });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
