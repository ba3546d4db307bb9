import type { Config } from '../config.ts';
import { BatchError } from '../errors.ts';
import { explainPersonalizeError, passesByWaiting } from './errors.ts';
import type { ResourceContext } from './resourceContext.ts';
import { stillAtWork } from './stillAtWork.ts';

/** Waits that grow by half from the first to the longest, each spread by ±20 % so that jobs do not ask in step. */
export function* growingWaits(
  { pollFirstMs, pollMaxMs }: Pick<Config['personalize'], 'pollFirstMs' | 'pollMaxMs'>,
  random: () => number,
): Generator<number, never> {
  for (let wait = pollFirstMs; ; wait = Math.min(wait * 1.5, pollMaxMs)) yield wait * (0.8 + 0.4 * random());
}

/** Failures in a row are borne for this many of the longest waits: 20 minutes on AWS, 20 seconds with the embedded engine. */
const PATIENT_WAITS = 20;
/** Throttling passes within some of the longest waits; what lasts longer is a quota. */
const SHORT_WAITS = 3;

/**
 * One call that waits out throttling and broken connections; quotas and resources in use, which another job
 * must give free, until the time-out of jobs. Everything else is thrown as a BatchError.
 */
export async function callPatiently<T>(
  context: ResourceContext,
  doing: string,
  call: () => Promise<T>,
): Promise<T> {
  const { config, clock, random, sleep, progress, log } = context;
  const { pollMaxMs, jobTimeoutMs } = config.personalize;
  const startedAt = clock().getTime();
  let told = false;
  for (const wait of growingWaits(config.personalize, random)) {
    try {
      return await call();
    } catch (error) {
      if (error instanceof BatchError) throw error;
      const occupied = error instanceof Error && /^(LimitExceeded|ResourceInUse)Exception$/.test(error.name);
      const said = error instanceof Error ? error.message : String(error);
      const patience = occupied ? jobTimeoutMs : PATIENT_WAITS * pollMaxMs;
      const waited = clock().getTime() - startedAt;
      if (!passesByWaiting(error) || waited > patience) throw explainPersonalizeError(error, doing);
      if (!told) log.info(`${doing}: waiting, since Personalize says: ${said}`);
      told = true;
      // What occupies it are other jobs, which take hours.
      if (occupied && !context.wait && waited > SHORT_WAITS * pollMaxMs)
        throw stillAtWork(`${doing}: ${said}`);
      progress.update({ done: 0, note: `${doing}: waiting (${said})` });
      await sleep(wait);
    }
  }
  throw new Error('growingWaits never ends');
}
