/** One protocol's figures beside the published ones. */
export interface ProtocolResult {
  readonly protocol: string;
  readonly metrics: readonly string[];
  readonly ours: readonly number[];
  readonly goal: readonly (number | null)[];
  readonly published: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly notes: readonly string[];
  readonly seconds: number;
}

export type Log = (line: string) => void;

export function formatResult(result: ProtocolResult): string {
  const rows: [string, readonly (number | null)[]][] = [
    ...result.published.map((row): [string, readonly number[]] => [row.name, row.values]),
    ['to reach', result.goal],
    ['this engine', result.ours],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const cell = (value: number | null) => (value === null ? '–' : value.toFixed(4)).padStart(10);
  return [
    `${result.protocol} (${result.seconds.toFixed(1)} s)`,
    ''.padEnd(width) + result.metrics.map((name) => name.padStart(10)).join(''),
    ...rows.map(
      ([name, values]) =>
        name.padEnd(width) + result.metrics.map((_, at) => cell(values[at] ?? null)).join(''),
    ),
    ...result.notes,
    '',
  ].join('\n');
}
