import type { Config, ConfigPart } from './config.ts';
import type { Log } from './log.ts';
import type { Progress } from './progress.ts';

/** What every command is given when it is registered: `registerX(program, context)`. */
export interface CommandContext {
  /** Reads parts of the configuration; throws BatchError `bad_config` listing every problem together. */
  config<P extends ConfigPart>(...parts: P[]): Pick<Config, P>;
  /** The value of an environment variable whose name a settings file gives. */
  readonly secret: (name: string) => string | undefined;
  /** One line of the answer, on standard output. */
  readonly out: (line: string) => void;
  /** Remarks, on standard error. */
  readonly log: Log;
  readonly progress: Progress;
  readonly clock: () => Date;
  /** Aborted on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /** Resolves after that many milliseconds; rejects when `signal` (default: this context's) is aborted. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}
