import type { Kind } from './kinds.ts';

/** How many records show that a field which none of them has is named wrongly. */
const TELLING = { required: 20, optional: 100 };
const SHOWN_WORDS = 8;
const SHOWN_FIELDS = 40;
const MOST_WORDS = 1000;

/** What one block of a table had. */
export interface BlockLook {
  readonly rows: number;
  /** Fields that the mapping names, and where; and those that must be there. */
  readonly looked: readonly {
    readonly field: string;
    readonly named: string | null;
    readonly required: boolean;
  }[];
  /** Of these, the ones that some row has. */
  readonly filled: ReadonlySet<string>;
  /** Names that the records do have. */
  readonly found: readonly string[];
}

/** What the reading of records brings to light; told once, however many pages the records came in. */
export interface Remarks {
  /** Each text is told once. */
  note(text: string): void;
  /** A word that says neither yes nor no, or an order's state that is not known. */
  unknownWord(field: string, word: string): void;
  look(kind: Kind, block: BlockLook): void;
  notes(): string[];
}

interface KindSeen {
  rows: number;
  readonly missing: Map<string, BlockLook['looked'][number]>;
  readonly filled: Set<string>;
  found: readonly string[];
}

export function createRemarks(): Remarks {
  const texts = new Set<string>();
  const words = new Map<string, Map<string, number>>();
  const kinds = new Map<Kind, KindSeen>();
  return {
    note: (text) => void texts.add(text),
    unknownWord: (field, word) => {
      const counts = words.get(field) ?? new Map<string, number>();
      words.set(field, counts);
      if (counts.has(word) || counts.size < MOST_WORDS) counts.set(word, (counts.get(word) ?? 0) + 1);
    },
    look: (kind, block) => {
      const seen = kinds.get(kind) ?? { rows: 0, missing: new Map(), filled: new Set(), found: [] };
      kinds.set(kind, seen);
      seen.rows += block.rows;
      if (seen.found.length === 0) seen.found = block.found;
      for (const field of block.filled) seen.filled.add(field);
      for (const one of block.looked) seen.missing.set(one.field, one);
      for (const field of seen.filled) seen.missing.delete(field);
    },
    notes: () => [
      ...texts,
      ...[...kinds].flatMap(([kind, seen]) => missingNotes(kind, seen)),
      ...[...words].map(([field, counts]) => wordNote(field, counts)),
    ],
  };
}

function missingNotes(kind: Kind, { rows, missing, found }: KindSeen): string[] {
  const wrong = [...missing.values()].filter(
    ({ required }) => rows >= (required ? TELLING.required : TELLING.optional),
  );
  if (wrong.length === 0) return [];
  const fields = wrong.map(({ field, named }) =>
    named === null ? `${field} (not found by its usual names)` : `${field} (mapped to "${named}")`,
  );
  // Names may be ids or e-mails where an object serves as a list.
  const names = found.filter((name) => /^[\p{L}_][\p{L}\p{N}_.[\] -]{0,79}$/u.test(name));
  const have = names.length === 0 ? '' : ` They have: ${names.slice(0, SHOWN_FIELDS).join(', ')}.`;
  return [
    `None of ${rows.toLocaleString('en-US')} rows of ${kind} has a value for ${fields.join(', ')}.${have}`,
  ];
}

function wordNote(field: string, counts: ReadonlyMap<string, number>): string {
  if (field === 'status') {
    const shown = [...counts].slice(0, SHOWN_WORDS).map(([word, n]) => `"${word.slice(0, 40)}" (${n} lines)`);
    return `Unknown order states, taken as completed: ${shown.join(', ')}. Name them under "statuses" in the mapping.`;
  }
  // A column named by mistake may hold what must not be repeated: few short words are no names or numbers.
  const harmless =
    counts.size <= SHOWN_WORDS && [...counts.keys()].every((word) => /^\p{L}{1,20}$/u.test(word));
  const shown = harmless
    ? [...counts].map(([word, n]) => `"${word}" (${n} times)`).join(', ')
    : `${counts.size} different ones`;
  return `Words for ${field} that are neither yes nor no, so nothing was taken from them: ${shown}. Say what they mean under "yes_no" in the mapping: {"WORD": "yes"}.`;
}
