import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import { z } from 'zod';
import type { OVERLAY_NAMES } from '../../shared/schema/results.ts';

type OverlayName = (typeof OVERLAY_NAMES)[number];

export interface OverlayContent {
  /** The document but for its version and time. */
  readonly bytes: Uint8Array;
  readonly entries: number;
  readonly leftOut: number;
}

const Row = z.object({
  name: z.enum(['availability', 'recent']),
  version: z.coerce.number(),
  content_hash: z.instanceof(Uint8Array).nullable(),
});

/** Version and hash of each document as last written. */
export type OverlayRecords = ReadonlyMap<OverlayName, Omit<z.infer<typeof Row>, 'name'>>;

/**
 * Takes the documents' rows, in the caller's transaction: another writer waits until it ends, and then reads
 * the shop as it is by then, so that an older state never follows a newer one.
 */
export async function holdOverlays(client: ClientBase): Promise<OverlayRecords> {
  const { rows } = await client.query(
    'SELECT name, version, content_hash FROM overlay_documents ORDER BY name FOR UPDATE',
  );
  return new Map(rows.map((row) => Row.parse(row)).map(({ name, ...record }) => [name, record]));
}

export function overlayHash({ bytes }: OverlayContent): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** Notes what is being written, as the next version. */
export async function recordOverlay(
  client: ClientBase,
  name: OverlayName,
  content: OverlayContent,
): Promise<void> {
  await client.query(
    `UPDATE overlay_documents
     SET version = version + 1, content_hash = $2, entries = $3, left_out = $4, written_at = now() WHERE name = $1`,
    [name, overlayHash(content), content.entries, content.leftOut],
  );
}
