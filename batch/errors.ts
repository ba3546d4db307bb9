/** What the process says to its scheduler; `batch run --help` lists them. */
export const EXIT = { ok: 0, failed: 1, usage: 2, busy: 3, stopped: 4, held: 5, waiting: 6 } as const;
/** The codes for --help; docs/batch.md says what to do about each. */
export const EXIT_CODES = `Exit codes: 0 done · 1 failed · 2 bad command or configuration · 3 another batch is at work ·
            4 stopped before the end, run it again to go on · 5 held back by the gate ·
            6 waiting for cloud jobs (--no-wait), run it again to go on`;
type ExitCode = (typeof EXIT)[keyof typeof EXIT];

interface BatchErrorDetails {
  /** Stable, for monitors and docs: lower case with underscores. */
  readonly code: string;
  /** What happened, in one sentence, without secrets or personal data. */
  readonly message: string;
  /** What to do about it: a command, a setting, or where to look. */
  readonly remedy: string;
  /** True when trying the same run again cannot help: the run is closed and the next one starts anew. */
  readonly final?: boolean;
  readonly exitCode?: ExitCode;
  readonly cause?: unknown;
}

/** Something is broken, with the way out. Shown as message and remedy; the stack only with --debug. */
export class BatchError extends Error {
  readonly code: string;
  readonly remedy: string;
  readonly final: boolean;
  readonly exitCode: ExitCode;

  constructor(details: BatchErrorDetails) {
    super(details.message, { cause: details.cause });
    this.name = 'BatchError';
    this.code = details.code;
    this.remedy = details.remedy;
    this.final = details.final ?? false;
    this.exitCode = details.exitCode ?? EXIT.failed;
  }
}
