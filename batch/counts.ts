/**
 * Counts for people, those of zero left out. The end of a name tells what its number is:
 * `{ users: 12000, failed: 0, output_bytes: 5400000, customer_coverage: 0.98, snapshot_id: 3 }`
 * → `12,000 users, 5.4 MB output, 98 % customer coverage, snapshot 3`.
 */
export function describeCounts(counts: Readonly<Record<string, number>>): string {
  if (Object.keys(counts).length === 0) return 'done';
  const words = Object.entries(counts)
    .filter(([name, count]) => count !== 0 || name.endsWith('coverage'))
    .map(([name, count]) => describeCount(name.replaceAll('_', ' '), count));
  return words.length === 0 ? 'nothing to do' : words.join(', ');
}

function describeCount(name: string, count: number): string {
  if (name === 'generation') return `generation ${count}`;
  if (name === 'data until') return `orders until ${new Date(count * 1000).toISOString().slice(0, 10)}`;
  if (name.endsWith(' since')) return `${name} ${new Date(count * 1000).toISOString().slice(0, 10)}`;
  if (name.endsWith(' id')) return `${name.slice(0, -3)} ${count}`;
  if (name.endsWith(' bytes')) return `${(count / 1e6).toFixed(1)} MB ${name.slice(0, -6)}`;
  if (name.endsWith('coverage')) return `${(count * 100).toFixed(count === 1 ? 0 : 1)} % ${name}`;
  return `${groupDigits(count)} ${name}`;
}

/** `1,234,567`; one decimal below 100. */
export function groupDigits(value: number): string {
  return (value >= 100 ? Math.round(value) : Number(value.toFixed(1))).toLocaleString('en-US');
}
