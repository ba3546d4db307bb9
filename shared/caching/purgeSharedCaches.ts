import * as z from 'zod';
import { lazily } from '../lazily.ts';

/** What every answer that shared caches may keep is tagged with. */
export const CACHE_TAG = 'recommendations';

export interface Purging {
  /** Of the zone the Worker answers in. */
  readonly zoneId: string;
  /** With Cache Purge for that zone. */
  readonly apiToken: string;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

const Answer = lazily(() =>
  z.object({
    success: z.boolean(),
    errors: z.array(z.object({ message: z.string() })).default([]),
  }),
);

/**
 * Makes Cloudflare's data centres forget the shared answers, which the pointer, the rules or the availability
 * have outdated. Without it they are up to a minute old, and up to ten more while one is fetched anew.
 * Source: Cloudflare API, POST /zones/{zone_id}/purge_cache by tags.
 * @returns what went wrong, or null. Never throws: caches expire by themselves.
 */
export async function purgeSharedCaches({ zoneId, apiToken, fetch }: Purging): Promise<string | null> {
  try {
    const response = await fetch(`https://api.cloudflare.com/client/v4/zones/${zoneId}/purge_cache`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ tags: [CACHE_TAG] }),
      signal: AbortSignal.timeout(10_000),
    });
    const { success, errors } = Answer().parse(await response.json());
    return success ? null : errors.map(({ message }) => message).join('; ') || `status ${response.status}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
