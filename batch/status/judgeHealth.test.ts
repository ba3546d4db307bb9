import { describe, expect, test } from 'vitest';
import { type HealthFacts, judgeHealth } from './judgeHealth.ts';

const limits = { maxSnapshotAgeDays: 35, maxSyncAgeHours: 48 };
const now = new Date('2026-06-10T12:00:00Z');
const ago = (hours: number) => new Date(now.getTime() - 3_600_000 * hours);
const healthy: HealthFacts = {
  now,
  live: { snapshot_id: 7, generation: 9, made_at: ago(30 * 24) },
  coverage: [{ check: 'customer_coverage', verdict: 'pass', found: '', limit: '', remedy: '' }],
  sources: [{ source: 'erp', last_success_at: ago(5), newest_order_at: ago(20) }],
  pointer: { live: 7, previous: 6, generation: 9, published_at: ago(1).toISOString() },
};
const codes = (facts: Partial<HealthFacts>) =>
  judgeHealth({ ...healthy, ...facts }, limits).map(({ code }) => code);

describe('what readers get', () => {
  test('is healthy while snapshot, sources and coverage are', () => {
    expect(codes({})).toEqual([]);
    expect(codes({ sources: [] })).toEqual([]);
  });

  test('is not when the snapshot is too old, or there is none', () => {
    expect(codes({ live: { snapshot_id: 7, generation: 9, made_at: ago(36 * 24) } })).toEqual([
      'stale_snapshot',
    ]);
    expect(codes({ live: null, coverage: [] })).toEqual(['nothing_live']);
  });

  test('is not when a source was not synced, or brings no orders', () => {
    const source = { source: 'erp', last_success_at: ago(49), newest_order_at: null };
    expect(codes({ sources: [source] })).toEqual(['stale_sync', 'stale_orders']);
    const [first] = judgeHealth({ ...healthy, sources: [source] }, limits);
    expect(first?.message).toBe('the last sync of erp is 49 hours old, more than 48');
  });

  test('is not when coverage does not hold', () => {
    const low = {
      check: 'customer_coverage',
      verdict: 'hold',
      found: '80 %',
      limit: '90 %',
      remedy: 'r',
    } as const;
    expect(codes({ coverage: [low] })).toEqual(['low_coverage']);
  });

  test('is not when KV says otherwise, or does not answer', () => {
    expect(codes({ pointer: null })).toEqual(['pointer_differs']);
    expect(codes({ pointer: { live: 6, previous: 5, generation: 8, published_at: '' } })).toEqual([
      'pointer_differs',
    ]);
    expect(codes({ pointer: 'KV does not answer' })).toEqual(['kv_unknown']);
  });
});
