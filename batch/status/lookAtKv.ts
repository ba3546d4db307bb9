import type { CommandContext } from '../command.ts';
import { BatchError } from '../errors.ts';
import { createKvStore } from '../publish/kvStore.ts';
import { readKvPointer } from '../publish/livePointer.ts';
import type { KvStatus } from './statusLines.ts';

const KV_PATIENCE_MS = 3000;
export const KV_NOT_CONFIGURED = 'KV is not configured here';

/** What readers are told, if it can be seen from here: the configuration for it may be absent. */
export async function lookAtKv(context: Pick<CommandContext, 'config' | 'signal'>): Promise<KvStatus> {
  try {
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(KV_PATIENCE_MS)]);
    const kv = createKvStore(context.config('kv').kv, { fetch, firstWaitMs: 200, signal });
    const pointer = await readKvPointer(kv);
    return { pointer, problem: null };
  } catch (error) {
    return { pointer: null, problem: problemOf(error) };
  }
}

function problemOf(error: unknown): string {
  if (!(error instanceof BatchError)) return 'KV does not answer';
  if (error.code === 'bad_config') return KV_NOT_CONFIGURED;
  return error.code === 'kv_refused' ? error.message : 'KV does not answer';
}
