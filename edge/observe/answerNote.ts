/** What an answer is, for the log: nothing in it tells of a person. */
export interface AnswerNote {
  readonly source: string;
  readonly fallback: string | null;
  readonly snapshot: number | null;
  readonly degraded: number;
  readonly personal: boolean;
  /** Whether a customer was named and might have had a list of their own. */
  readonly askedPersonal: boolean;
}
