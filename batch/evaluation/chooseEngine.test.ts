import { expect, test } from 'vitest';
import { chooseEngine } from './chooseEngine.ts';
import type { Contestant, Evaluation } from './evaluation.ts';

function contestant(engine: 'aws' | 'embedded', ndcg: number): Contestant {
  const measure = {
    customers: 900,
    hit_rate: [0.5, 0.4, 0.6] as [number, number, number],
    ndcg: [ndcg, ndcg - 0.02, ndcg + 0.02] as [number, number, number],
    over_popularity: [0, 0, 0] as [number, number, number],
  };
  return {
    name: engine === 'aws' ? 'published' : 'embedded',
    engine,
    all: measure,
    first: measure,
    repeat: measure,
  };
}
const evaluation = (customers: number, ...contestants: Contestant[]): Evaluation => ({
  kind: 'orders_since',
  cut_off: '2026-01-01T00:00:00.000Z',
  until: '2026-02-01T00:00:00.000Z',
  customers,
  contestants,
});

test('auto takes aws only when it leads beyond doubt, and says on what', () => {
  const clear = evaluation(900, contestant('aws', 0.33), contestant('embedded', 0.3));
  expect(chooseEngine([clear], true)).toEqual({
    engine: 'aws',
    why: 'aws leads beyond doubt: NDCG@10 of aws 0.330, of embedded 0.300 (900 customers, orders since 2026-01-01)',
  });
  const close = evaluation(900, contestant('aws', 0.31), contestant('embedded', 0.3));
  expect(chooseEngine([close, clear], true).engine).toBe('embedded');
});

test('auto goes by the newest comparison of both that says anything', () => {
  const few = evaluation(20, contestant('aws', 0.9), contestant('embedded', 0.1));
  const one = evaluation(900, contestant('embedded', 0.3));
  const both = evaluation(900, contestant('aws', 0.2), contestant('embedded', 0.3));
  expect(chooseEngine([few, one, both], true).engine).toBe('embedded');
});

test('auto begins with aws where it may be asked, else with embedded', () => {
  expect(chooseEngine([], true)).toMatchObject({
    engine: 'aws',
    why: expect.stringContaining('never compared'),
  });
  expect(chooseEngine([], false).engine).toBe('embedded');
});
