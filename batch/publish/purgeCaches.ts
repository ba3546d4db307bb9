import { purgeSharedCaches } from '../../shared/caching/purgeSharedCaches.ts';
import type { PublishContext } from './publishContext.ts';

/** Data centres keep what they read of KV for half a minute: until then an answer may be the old one again. */
const KV_LAG_MS = 35_000;

type PurgeContext = Pick<PublishContext, 'log' | 'sleep'> & {
  readonly config: Pick<PublishContext['config'], 'kv'>;
};

/** Shoppers see what is new at once; without it, when what caches hold has expired. */
export async function purgeCaches({ config, log, sleep }: PurgeContext): Promise<void> {
  const { zoneId, apiToken } = config.kv;
  if (zoneId === null || apiToken === null) return;
  let problem = await purgeSharedCaches({ zoneId, apiToken, fetch });
  if (problem === null) {
    await sleep(KV_LAG_MS);
    problem = await purgeSharedCaches({ zoneId, apiToken, fetch });
  }
  if (problem !== null)
    log.warn(`the caches of zone ${zoneId} were not purged and expire by themselves: ${problem}`);
}
