import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BatchError } from '../errors.ts';
import { type InputFile, localFile } from '../ingest/inputFile.ts';
import { createObjectStore, listObjects, readObject } from '../storage/objectStore.ts';
import type { FilesSettings } from './filesSettings.ts';

/** A file, with what changes when it does. */
export interface FoundFile extends InputFile {
  readonly fingerprint: string;
}

const S3 = /^s3:\/\/([^/]+)\/?(.*)$/;

/**
 * Files whose name below the location fits the pattern, in the order of their names.
 * @throws BatchError folder_unreadable, bucket_unreachable
 */
export async function listFiles(
  settings: Pick<FilesSettings, 'location' | 'region' | 'path_style'>,
  pattern: string,
): Promise<FoundFile[]> {
  const fits = patternOf(pattern);
  const bucket = S3.exec(settings.location);
  const files =
    bucket === null
      ? await listFolder(settings.location, fits)
      : await listBucket({ ...settings, bucket: bucket[1] ?? '', prefix: bucket[2] ?? '' }, fits);
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** * is anything within a name, ** also across folders, ? one character. */
function patternOf(pattern: string): (name: string) => boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  const source = escaped.replace(
    /\*\*|\*|\?/g,
    (sign) => ({ '**': '.*', '*': '[^/]*', '?': '[^/]' })[sign] ?? sign,
  );
  const expression = new RegExp(`^${source}$`);
  return (name) => expression.test(name);
}

async function listFolder(folder: string, fits: (name: string) => boolean): Promise<FoundFile[]> {
  const names = await readNames(folder);
  const found = names.filter(fits).map(async (name) => {
    const path = join(folder, name);
    const info = await stat(path, { bigint: true });
    if (!info.isFile()) return [];
    const file = await localFile(path);
    return [{ ...file, name, fingerprint: `${info.size}-${info.mtimeNs}` }];
  });
  return (await Promise.all(found)).flat();
}

async function readNames(folder: string): Promise<string[]> {
  try {
    return await readdir(folder, { recursive: true });
  } catch (cause) {
    throw new BatchError({
      code: 'folder_unreadable',
      message: `The folder ${folder} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
      remedy: 'Check "location" in the sources file; a relative path counts from the folder of that file.',
      cause,
    });
  }
}

interface Bucket {
  readonly bucket: string;
  readonly prefix: string;
  readonly region?: string | undefined;
  readonly path_style: boolean;
}

async function listBucket(place: Bucket, fits: (name: string) => boolean): Promise<FoundFile[]> {
  const store = createObjectStore({
    region: place.region,
    bucket: place.bucket,
    prefix: '',
    endpoint: null,
    forcePathStyle: place.path_style,
  });
  const objects = await listObjects(store, place.prefix);
  return objects.flatMap(({ key, bytes, etag }) => {
    const name = key.slice(place.prefix.length).replace(/^\//, '');
    if (!fits(name)) return [];
    return [{ name, bytes, fingerprint: `${bytes}-${etag}`, open: () => readObject(store, key) }];
  });
}
