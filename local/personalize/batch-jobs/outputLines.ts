import type { ListView } from '../answering/answering.ts';
import type { AskedLine } from './lines.ts';

/** Seven decimals, as Personalize's scores. */
const rounded = (score: number) => Math.round(score * 1e7) / 1e7;

/** Ids as they stand in JSON, quoted once. */
export const quoteAll = (ids: readonly string[]): string[] => ids.map((id) => JSON.stringify(id));

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
  for (const id of list.rest) {
    names.push(JSON.stringify(id));
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
