import type { Config } from '../config.ts';

export interface Alarm {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

const PATIENCE_MS = 5_000;

/** Sends alarms to the configured address and nowhere else: redirects are not followed. Never throws. */
export async function sendAlarms(config: Config, alarms: readonly Alarm[], version: string): Promise<void> {
  const { ALERT_WEBHOOK_URL: url, ENVIRONMENT: environment } = config;
  for (const alarm of alarms) console.warn(JSON.stringify({ t: 'alarm', environment, ...alarm }));
  if (url === null || alarms.length === 0) return;
  if (!isPublic(url) && environment !== 'local')
    return console.error('ALERT_WEBHOOK_URL is not an https address of a public name: nothing is sent');
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ service: 'recommendations-edge', environment, version, alarms }),
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await answer.body?.cancel();
    if (!answer.ok) console.error(`the webhook answered ${answer.status}`);
  } catch (error) {
    console.error('the webhook cannot be reached', error);
  }
}

/** HTTPS to a name that is no address and not local, so that nothing inside a network can be reached. */
export function isPublic(text: string): boolean {
  const url = new URL(text);
  const host = url.hostname.toLowerCase();
  const isName = /^([a-z0-9-]+\.)+[a-z][a-z0-9-]*$/.test(host);
  const isLocal = /(^|\.)(localhost|local|internal|home|lan|test|invalid|arpa)$/.test(host);
  return url.protocol === 'https:' && url.username === '' && isName && !isLocal;
}
