import type { LocalWorker } from '../../local/worker/startWorker.ts';

/** Writes into the KV of a Worker that runs here, as the batch does. */
export async function putKv(
  { kvBaseUrl }: LocalWorker,
  values: Iterable<readonly [string, Uint8Array]>,
): Promise<void> {
  const body = [...values].map(([key, value]) => ({
    ...{ key, value: Buffer.from(value).toString('base64'), base64: true },
  }));
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'PUT', headers, body: JSON.stringify(body) };
  const { status } = await fetch(`${kvBaseUrl}/bulk`, init);
  if (status !== 200) throw new Error(`KV answers ${status}`);
}
