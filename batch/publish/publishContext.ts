import type { Config } from '../config.ts';
import type { StepContext } from '../steps/step.ts';
import { createKvStore, type KvStore } from './kvStore.ts';

/** What publishing may touch: a step's context has it, a command makes it. */
export type PublishContext = Pick<
  StepContext,
  'pool' | 'progress' | 'lease' | 'log' | 'sleep' | 'signal' | 'random'
> & { readonly config: Pick<Config, 'kv' | 'identity'> };

export function kvOf({
  config,
  signal,
  log,
}: Pick<PublishContext, 'signal'> &
  Partial<Pick<PublishContext, 'log'>> & { readonly config: Pick<Config, 'kv'> }): KvStore {
  const onWaiting = (reason: string): void => log?.info(`waiting for Workers KV: ${reason}`);
  return createKvStore(config.kv, { fetch, firstWaitMs: config.kv.firstWaitMs, signal, onWaiting });
}
