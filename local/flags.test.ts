import { expect, test } from 'vitest';
import { LocalError } from './errors.ts';
import { readFlags } from './flags.ts';

const options = { url: { type: 'string' }, quick: { type: 'boolean', default: false } } as const;

test('flags are read with their defaults; a wrong one is told with the usage, not with a stack', () => {
  expect(readFlags(['--url', 'http://a'], options, 'usage')).toMatchObject({ url: 'http://a', quick: false });
  const wrong = () => readFlags(['--bogus'], options, 'npm run x [-- --quick]');
  expect(wrong).toThrow(LocalError);
  expect(wrong).toThrow("Unknown option '--bogus'");
});
