import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import type { Profile } from './profiles.ts';
import type { Lifecycle } from './state/lifecycle.ts';
import type { StateStore } from './state/store.ts';
import type { S3Settings } from './storage/client.ts';
import type { TaskThreads } from './worker/taskThreads.ts';

/** All that an operation or a job may use. */
export interface Service {
  /** Twelve digits. */
  readonly account: string;
  readonly profile: Profile;
  readonly clock: Clock;
  readonly state: StateStore;
  readonly lifecycle: Lifecycle;
  /** Absolute path; datasets and models live below it. */
  readonly dataDir: string;
  readonly s3: S3Settings;
  /** Where heavy work is done. */
  readonly threads: TaskThreads;
  readonly log: Log;
}
