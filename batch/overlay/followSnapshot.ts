import type { PublishContext } from '../publish/publishContext.ts';
import { writeOverlays } from './writeOverlays.ts';

/**
 * Brings what is told beside the snapshot in line with the one that has just gone live. It is live, so what fails
 * here is only warned of. The caller purges the caches.
 * @param suspicious as for writeOverlays
 */
export async function followSnapshot(
  context: PublishContext,
  { suspicious }: { readonly suspicious: boolean },
): Promise<void> {
  try {
    await writeOverlays(context, { suspicious, purge: false });
  } catch (error) {
    context.signal.throwIfAborted();
    const cause = error instanceof Error ? error.message : String(error);
    context.log.warn(
      `the snapshot is live; sync/availability and sync/recent stay as they are until the next sync: ${cause}`,
    );
  }
}
