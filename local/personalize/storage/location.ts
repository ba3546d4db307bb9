/** A bucket and a key, or a prefix of keys. */
export interface Location {
  readonly bucket: string;
  readonly key: string;
}

/** Reads `s3://bucket/key`; null when it is no such address. */
export function parseLocation(address: string): Location | null {
  const match = /^s3:\/\/([^/]+)\/?(.*)$/.exec(address);
  return match?.[1] === undefined ? null : { bucket: match[1], key: match[2] ?? '' };
}

/** A folder's prefix ends with a slash, unless it is the whole bucket. */
export function asFolder(key: string): string {
  return key === '' || key.endsWith('/') ? key : `${key}/`;
}
