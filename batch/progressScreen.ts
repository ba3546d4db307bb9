import { describeCounts, groupDigits } from './counts.ts';
import type { Progress, ProgressState, StepProgress } from './progress.ts';

interface ScreenOptions {
  /** Where it is written: standard error in the programs. */
  readonly write: (text: string) => void;
  /** Null when nobody watches: plain lines at intervals then. */
  readonly columns: (() => number) | null;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

interface Screen {
  readonly progress: Progress;
  /** Writes a whole line without tearing the line that is being updated. */
  line(text: string): void;
}

const REDRAW_MS = 100;
const PLAIN_INTERVAL_MS = 10_000;
const CLEAR_LINE = '\r\x1b[2K';

/** On a terminal one updating line per step; elsewhere a plain line every ten seconds. */
export function createScreen({ write, columns, now }: ScreenOptions): Screen {
  let current = '';
  const draw = (text: string): void => {
    current = text.slice(0, Math.max(20, (columns?.() ?? 1000) - 1));
    write(columns === null ? `${current}\n` : CLEAR_LINE + current);
  };
  const line = (text: string): void => {
    write(columns === null ? `${text}\n` : `${CLEAR_LINE}${text}\n${current}`);
  };
  const end = (text: string): void => {
    current = '';
    write(columns === null ? `${text}\n` : `${CLEAR_LINE}${text}\n`);
  };
  const interval = columns === null ? PLAIN_INTERVAL_MS : REDRAW_MS;
  return {
    line,
    progress: { run: () => undefined, step: (name) => startLine({ name, draw, end, now, interval }) },
  };
}

interface LineRequest {
  readonly name: string;
  readonly draw: (text: string) => void;
  readonly end: (text: string) => void;
  readonly now: () => number;
  readonly interval: number;
}

function startLine({ name, draw, end, now, interval }: LineRequest): StepProgress {
  const startedAt = now();
  let drawnAt = startedAt;
  // A rate is only told of what is counted under one name: a step may count rows, then users.
  let since = { unit: '', at: startedAt, done: 0 };
  const title = name.padEnd(8);
  draw(`… ${title}`);
  const self: StepProgress = {
    update: (state) => {
      const unit = `${state.note ?? ''}/${state.unit ?? ''}`;
      const time = now();
      if (unit !== since.unit) since = { unit, at: time, done: state.done };
      if (time - drawnAt < interval) return self;
      drawnAt = time;
      draw(`… ${title} ${describeState(state, since, time)}`);
      return self;
    },
    finish: (counts) => end(`✓ ${title} ${describeCounts(counts)} in ${describeDuration(now() - startedAt)}`),
    fail: (message) => end(`✗ ${title} ${message}`),
  };
  return self;
}

function describeState(
  { done, total, unit, note }: ProgressState,
  since: { at: number; done: number },
  time: number,
): string {
  const elapsed = (time - since.at) / 1000;
  const rate = elapsed > 0.5 ? (done - since.done) / elapsed : 0;
  const parts = [
    note ?? '',
    done > 0 || total
      ? `${groupDigits(done)}${total ? ` of ${groupDigits(total)}` : ''} ${unit ?? ''}`.trim()
      : '',
    rate >= 1 ? `${groupDigits(rate)}/s` : '',
    rate > 0 && total && total > done ? `${describeDuration(((total - done) / rate) * 1000)} left` : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** `4.2 s`, `3 min 5 s`, `2 h 10 min`. */
export function describeDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
