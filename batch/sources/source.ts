import type { Kind, RecordOf } from '../ingest/kinds.ts';
import type { Placed } from '../ingest/readRecords.ts';
import type { RejectReason } from '../ingest/rejectReason.ts';
import type { Remarks } from '../ingest/remarks.ts';
import type { Log } from '../log.ts';

/** A record that cannot be used. */
export interface SourceReject {
  /** The file it stood in; '' where records come one by one. */
  readonly place: string;
  /** Its line in the file, or its id. */
  readonly record: string;
  /** Whether no line of the same record stands before: an order with a bad date has it on each. */
  readonly first: boolean;
  readonly reason: RejectReason;
  /** The record, masked. */
  readonly excerpt: string;
}

/** Some validated records. Whole orders: all lines of an order lie between two cursors. */
export interface SourcePage<R> {
  readonly records: readonly Placed<R>[];
  readonly rejects: readonly SourceReject[];
  /** Where to go on once everything so far is stored; null when no order must be cut here. */
  readonly cursor: string | null;
  /** A file, or '' for a list of everything, that begins here: what was rejected of it before no longer counts. */
  readonly replaces?: string;
  /** True on the last page of a full list: what the source did not name, it has no more. */
  readonly complete?: boolean;
  /** How many records there will be, when that is known. */
  readonly total?: number | null;
}

/** Reads on from a cursor of an earlier page, or from the beginning. */
export type Reading<R> = (cursor: string | null) => AsyncIterable<SourcePage<R>>;

/**
 * Where orders come from. A kind that the source does not have is null. A reading throws BatchError
 * `source_down` when the other side does not answer as it should, after its own retries.
 */
export type Source = { readonly name: string } & Readings;
export type Readings = { readonly [K in Kind]: Reading<RecordOf[K]> | null };

/** What a source is given to work with. */
export interface SourceContext {
  /** The value of an environment variable, for the secrets that settings name. */
  readonly secret: (name: string) => string | undefined;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  /** Remarks for the summary of this sync, each once. */
  readonly note: (note: string) => void;
  /** Gathers what shows only in many records. */
  readonly remarks: Remarks;
}
