import { pino } from 'pino';
import type { Log } from './log.ts';
import type { Progress, StepProgress } from './progress.ts';

interface JsonOutputOptions {
  /** Receives one line with its newline. */
  readonly write: (line: string) => void;
  readonly clock: () => Date;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** Whatever the batch says beside its answers goes through this. */
export interface Speaker {
  readonly log: Log;
  readonly progress: Progress;
  /** The end of a command that failed. */
  fail(failure: Failure): void;
}

/** A step that takes long says so as often as this. */
const PROGRESS_INTERVAL_MS = 10_000;

/**
 * What the batch says as JSON lines for log collectors: time, level, code, run, step, message, and the counts of a
 * step that ended. run and step are null before there is one. Codes are stable: message, warning, step_started,
 * step_progress, step_finished, step_failed, and the code of the error a command ends with.
 */
export function createJsonOutput({ write, clock, now }: JsonOutputOptions): Speaker {
  const where: { run: string | null; step: string | null } = { run: null, step: null };
  const logger = pino(
    {
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${clock().toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
      mixin: () => ({ ...where }),
    },
    { write },
  );

  function startStep(step: string): StepProgress {
    const startedAt = now();
    let saidAt = startedAt;
    where.step = step;
    logger.info({ code: 'step_started' }, `${step} began`);
    const end = (): { seconds: number } => ({ seconds: Math.round(now() - startedAt) / 1000 });
    const line: StepProgress = {
      update: ({ done, total, unit, note }) => {
        if (now() - saidAt < PROGRESS_INTERVAL_MS) return line;
        saidAt = now();
        logger.info({ code: 'step_progress', step, done, total: total ?? null, unit }, note ?? step);
        return line;
      },
      finish: (counts) => {
        logger.info({ code: 'step_finished', step, ...end(), counts }, `${step} is done`);
        where.step = null;
      },
      fail: (reason) => {
        logger.error({ code: 'step_failed', step, ...end(), reason }, `${step} failed`);
        where.step = null;
      },
    };
    return line;
  }

  return {
    log: {
      info: (message) => logger.info({ code: 'message' }, message),
      warn: (message) => logger.warn({ code: 'warning' }, message),
    },
    progress: {
      run: (id) => {
        where.run = id;
      },
      step: startStep,
    },
    fail: ({ code, message, remedy }) => logger.error({ code, remedy }, message),
  };
}
