import { numberColumn, type Table, textColumn } from '../data/table.ts';
import { FILTER_INTERACTIONS } from '../limits.ts';

/** Rows of the Interactions table by user: what a filter sees of each, latest first. */
export interface History {
  /** Rows of a user, the latest FILTER_INTERACTIONS of each event type. */
  rowsOf(userId: string): Int32Array;
}

const NONE = new Int32Array(0);

/** Rows in the order of their users' codes: those of user u are from starts[u] to starts[u + 1]. */
function groupByCode(codes: Int32Array, count: number): { starts: Int32Array; rows: Int32Array } {
  const starts = new Int32Array(count + 1);
  for (const code of codes) starts[code + 1] = (starts[code + 1] ?? 0) + 1;
  for (let code = 0; code < count; code++) starts[code + 1] = (starts[code + 1] ?? 0) + (starts[code] ?? 0);
  const next = starts.slice();
  const rows = new Int32Array(codes.length);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    const at = next[code] as number;
    rows[at] = row;
    next[code] = at + 1;
  }
  return { starts, rows };
}

export function readHistory(table: Table): History {
  const users = textColumn(table, 'USER_ID');
  if (users === null) return { rowsOf: () => NONE };
  const codeOf = new Map(users.values.map((id, code) => [id, code]));
  const { starts, rows } = groupByCode(users.codes, users.values.length);
  const times = numberColumn(table, 'TIMESTAMP')?.numbers;
  const types = textColumn(table, 'EVENT_TYPE')?.codes;

  const latestOfEachType = (own: Int32Array): Int32Array => {
    const seen = new Map<number, number>();
    own.sort((a, b) => (times?.[b] ?? 0) - (times?.[a] ?? 0));
    return own.filter((row) => {
      const type = types?.[row] ?? -1;
      const count = (seen.get(type) ?? 0) + 1;
      seen.set(type, count);
      return count <= FILTER_INTERACTIONS;
    });
  };
  return {
    rowsOf: (userId) => {
      const code = codeOf.get(userId);
      if (code === undefined) return NONE;
      const own = rows.slice(starts[code], starts[code + 1]);
      return own.length > FILTER_INTERACTIONS ? latestOfEachType(own) : own;
    },
  };
}
