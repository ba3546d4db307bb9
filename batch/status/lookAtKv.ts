import type { CommandContext } from '../command.ts';
import { BatchError } from '../errors.ts';
import { createKvStore } from '../publish/kvStore.ts';
import { readKvPointer } from '../publish/livePointer.ts';
import type { KvStatus } from './statusLines.ts';

const KV_PATIENCE_MS = 3000;
export const KV_NOT_CONFIGURED = 'KV is not configured here';

/** What readers are told, if it can be seen from here: the configuration for it may be absent. */
export async function lookAtKv(context: CommandContext): Promise<KvStatus> {
  try {
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(KV_PATIENCE_MS)]);
    const kv = createKvStore(context.config('kv').kv, { fetch, firstWaitMs: 200, signal });
    const pointer = await readKvPointer(kv);
    return { pointer, problem: null };
  } catch (error) {
    const configured = !(error instanceof BatchError && error.code === 'bad_config');
    return { pointer: null, problem: configured ? 'KV does not answer' : KV_NOT_CONFIGURED };
  }
}
