import { expect, test } from 'vitest';
import { describeCounts } from './counts.ts';

test('counts are told in the unit their name ends with, zeros left out', () => {
  const counts = {
    users: 12_000,
    failed: 0,
    output_bytes: 5_400_000,
    customer_coverage: 0.984,
    snapshot_id: 3,
  };
  expect(describeCounts(counts)).toBe('12,000 users, 5.4 MB output, 98.4 % customer coverage, snapshot 3');
  expect(describeCounts({ data_until: 1_700_000_000, generation: 2 })).toBe(
    'orders until 2023-11-14, generation 2',
  );
  expect(describeCounts({ deleted: 0 })).toBe('nothing to do');
});
