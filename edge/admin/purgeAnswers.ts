import { purgeSharedCaches } from '../../shared/caching/purgeSharedCaches.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';

/** Data centres keep what KV held for up to 30 s, and a request may go on in the background for as long. */
const AGAIN_MS = 25_000;

/** Purges at once, and again when every data centre reads the change. Never throws. */
export async function purgeAnswers(
  { CLOUDFLARE_ZONE_ID: zoneId, CACHE_PURGE_TOKEN: apiToken }: Config,
  clock: Clock,
): Promise<void> {
  if (zoneId === null || apiToken === null) return;
  const purging = { zoneId, apiToken, fetch: (url: string, init: RequestInit) => fetch(url, init) };
  for (const ms of [0, AGAIN_MS]) {
    await new Promise<void>((resolve) => clock.after(ms, resolve));
    const problem = await purgeSharedCaches(purging);
    if (problem !== null) console.error('shared caches were not purged and expire by themselves', problem);
  }
}
