/** What an answer is, for the log: nothing in it tells of a person. */
export interface AnswerNote {
  readonly source: string;
  readonly fallback: string | null;
  readonly snapshot: number | null;
  /** Seconds since the snapshot was made. */
  readonly age: number | null;
  readonly degraded: number;
  readonly personal: boolean;
  /** Whether a customer was named and might have had a list of their own. */
  readonly askedPersonal: boolean;
}

const notes = new WeakMap<Request, AnswerNote>();

/** Kept beside the request until its answer is logged. */
export function noteAnswer(request: Request, note: AnswerNote): void {
  notes.set(request, note);
}

export function answerNote(request: Request): AnswerNote | null {
  return notes.get(request) ?? null;
}
