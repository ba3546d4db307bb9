import { expect, test } from 'vitest';
import { someOf } from './someOf.ts';

test('a list of names is taken as it is; one that names nothing is refused, or nothing would be measured', () => {
  const parse = someOf(['hot', 'cold shard']);
  expect(parse('hot,cold shard')).toBe('hot,cold shard');
  expect(() => parse('hot,hut')).toThrow('It names some of hot, cold shard.');
});
