import type { CommandContext } from '../command.ts';
import { explainDatabaseError } from '../db/explainDatabaseError.ts';
import { BatchError, EXIT } from '../errors.ts';
import type { Notice } from './notice.ts';
import { sendNotice } from './sendNotice.ts';

const FIRST_WAIT_MS = 500;

/**
 * Does the work and tells the webhook how it ended; throws what the work throws, after telling.
 * @param work resolves to what was done in a sentence, or null when there is nothing to tell yet
 */
export async function notifying(context: CommandContext, work: () => Promise<string | null>): Promise<void> {
  try {
    const done = await work();
    if (done !== null) await tell(context, { event: 'succeeded', code: 'done', message: done, remedy: '' });
  } catch (thrown) {
    const error = explainDatabaseError(thrown);
    const notice = noticeOf(error);
    if (notice !== null) await tell(context, notice);
    throw error;
  }
}

/** Being stopped, waiting, or kept out by another batch is nothing to wake anybody for. */
const NO_NEWS: ReadonlySet<number> = new Set([EXIT.stopped, EXIT.waiting, EXIT.busy]);

function noticeOf(error: unknown): Pick<Notice, 'event' | 'code' | 'message' | 'remedy'> | null {
  if (!(error instanceof BatchError)) {
    // Its words were not chosen by us and may hold anything.
    return { event: 'failed', code: 'unexpected', message: 'it failed unforeseen', remedy: 'read the log' };
  }
  if (NO_NEWS.has(error.exitCode)) return null;
  const { code, message, remedy } = error;
  const event = error.exitCode === EXIT.held ? 'held' : code === 'unhealthy' ? 'stale' : 'failed';
  return { event, code, message, remedy };
}

async function tell(
  context: CommandContext,
  notice: Pick<Notice, 'event' | 'code' | 'message' | 'remedy'>,
): Promise<void> {
  const { url, format, environment } = notifySettings(context);
  const at = context.clock().toISOString();
  await sendNotice(
    { url, format },
    { ...notice, environment, at },
    { fetch, log: context.log, firstWaitMs: FIRST_WAIT_MS },
  );
}

/** A configuration that is wrong elsewhere must not keep anybody from being told of it. */
function notifySettings(context: CommandContext): {
  url: string | null;
  format: 'json' | 'sns';
  environment: string;
} {
  try {
    return context.config('notify').notify;
  } catch {
    context.log.warn('no webhook was told: NOTIFY_URL or NOTIFY_FORMAT is wrong, or the configuration file');
    return { url: null, format: 'json', environment: '' };
  }
}
