import { z } from 'zod';

const Pattern = z.string().min(1);
const Key = z.string().min(1);

/** Columns of another file, found by a key that both have. */
export const Join = z.strictObject({
  files: Pattern,
  /** The key's column, of the same name in both; or here and there. */
  on: z.union([Key, z.tuple([Key, Key])]),
});
export type Join = z.infer<typeof Join>;

const FilePart = z.strictObject({
  /** Names below the location; * stands for anything but a slash. Read in the order of their names. */
  files: Pattern,
  join: z.array(Join).default([]),
});

/** Files of a folder or bucket. */
export const FilesSettings = z.strictObject({
  type: z.literal('files'),
  /** A folder, or s3://bucket/prefix/. */
  location: z.string().min(1),
  region: z.string().optional(),
  path_style: z.boolean().default(false),
  orders: FilePart.optional(),
  customers: FilePart.optional(),
  /** `complete`: each file is the whole catalogue; what it lacks is no longer sold. */
  products: FilePart.extend({ complete: z.boolean().default(false) }).optional(),
});
export type FilesSettings = z.infer<typeof FilesSettings>;
