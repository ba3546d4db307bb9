import { randomUUID } from 'node:crypto';
import pRetry from 'p-retry';
import type { Log } from '../log.ts';
import { type Notice, noticeBody, snsBody } from './notice.ts';

export interface NotifySettings {
  /** Null: nobody is told. */
  readonly url: string | null;
  readonly format: 'json' | 'sns';
}

interface Sending {
  readonly fetch: typeof fetch;
  readonly log: Log;
  /** Milliseconds before the second attempt; it doubles. */
  readonly firstWaitMs: number;
}

const ATTEMPTS = 4;
const PATIENCE_MS = 5000;

/**
 * Tells the webhook, again after a while when it does not take it. Never throws: whoever is told does not decide what
 * happened. Redirects are not followed, and the address, which may hold a token, is never shown.
 */
export async function sendNotice(
  { url, format }: NotifySettings,
  notice: Notice,
  { fetch: send, log, firstWaitMs }: Sending,
): Promise<void> {
  if (url === null) return;
  const body = JSON.stringify(format === 'sns' ? snsBody(notice, randomUUID()) : noticeBody(notice));
  const type = format === 'sns' ? { 'x-amz-sns-message-type': 'Notification' } : {};
  const attempt = async (): Promise<void> => {
    const answer = await send(url, {
      method: 'POST',
      headers: {
        'content-type': format === 'sns' ? 'text/plain; charset=UTF-8' : 'application/json',
        ...type,
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
  };
  try {
    await pRetry(attempt, { retries: ATTEMPTS - 1, minTimeout: firstWaitMs, factor: 2, randomize: true });
  } catch (error) {
    const reason =
      error instanceof Error && error.message.startsWith('it answered') ? error.message : 'no answer';
    log.warn(
      `the webhook of NOTIFY_URL was not told of "${notice.event}" in ${ATTEMPTS} attempts (${reason})`,
    );
  }
}
