import type { AskedLine } from './lines.ts';

/** Seven decimals, as Personalize's scores. */
const rounded = (score: number) => Math.round(score * 1e7) / 1e7;

/** Ids as they stand in JSON, quoted once. */
export const quoteAll = (ids: readonly string[]): string[] => ids.map((id) => JSON.stringify(id));

/** A stretch of one answer's list inside longer arrays; -1 among the ids ends it. */
export interface ListView {
  readonly ids: ArrayLike<number>;
  readonly scores: ArrayLike<number>;
  readonly from: number;
  readonly to: number;
  /** Ids in JSON that follow the list, each with score 0. */
  readonly rest: readonly string[];
}

/** One output line of an inference job; `quoted[index]` is an item's id in JSON. */
export function recommendationLine(
  line: AskedLine,
  list: ListView,
  quoted: readonly string[],
  scores: boolean,
): string {
  const names: string[] = [];
  const values: number[] = [];
  for (let at = list.from; at < list.to; at++) {
    const index = list.ids[at] ?? -1;
    if (index < 0) break;
    names.push(quoted[index] ?? '""');
    if (scores) values.push(rounded(list.scores[at] ?? 0));
  }
  for (const name of list.rest) {
    names.push(name);
    if (scores) values.push(0);
  }
  const scored = scores ? `,"scores":[${values.join(',')}]` : '';
  return `{"input":${line.input},"output":{"recommendedItems":[${names.join(',')}]${scored}},"error":null}\n`;
}

export function failedRecommendationLine(line: AskedLine, scores: boolean): string {
  const output = scores ? '{"recommendedItems":[],"scores":[]}' : '{"recommendedItems":[]}';
  return `{"input":${line.input},"output":${output},"error":${JSON.stringify(line.error)}}\n`;
}

/** One output line of a segment job. Users' ids in JSON, best first. */
export function segmentLine(line: AskedLine, users: readonly string[]): string {
  const error = line.error === null ? 'null' : JSON.stringify(line.error);
  return `{"input":${line.input},"output":{"recommendedUsers":[${users.join(',')}]},"error":${error}}\n`;
}
