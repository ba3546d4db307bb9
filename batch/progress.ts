export interface ProgressState {
  readonly done: number;
  /** Null or absent when it is not known. */
  readonly total?: number | null;
  /** What is counted, in the plural: 'rows', 'users'. */
  readonly unit?: string;
  /** Said beside the counts: 'waiting for batch-inference/similar-items'. */
  readonly note?: string;
}

/** The line of one step. */
export interface StepProgress {
  /** Cheap: may be called for every row; the screen is touched a few times a second at most. */
  update(state: ProgressState): StepProgress;
  /** Ends the line with what was done. */
  finish(counts: Readonly<Record<string, number>>): void;
  /** Ends the line as failed. */
  fail(message: string): void;
}

export interface Progress {
  /** What follows belongs to that run. */
  run(id: string): void;
  step(name: string): StepProgress;
}

/** Says nothing: for tests. */
export const silentProgress: Progress = {
  run: () => undefined,
  step: () => {
    const line: StepProgress = { update: () => line, finish: () => undefined, fail: () => undefined };
    return line;
  },
};
