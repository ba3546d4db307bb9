import { expect, test } from 'vitest';
import { readStartOptions } from './options.ts';

const names = ['CORS_ORIGINS', 'USER_READS'];

test('settings of the Worker are given one by one, a value may hold anything', () => {
  const args = ['--set', 'CORS_ORIGINS=http://127.0.0.1:5173/?a=b', '--set', 'USER_READS=signed'];
  expect(readStartOptions(args, names).settings).toEqual({
    CORS_ORIGINS: 'http://127.0.0.1:5173/?a=b',
    USER_READS: 'signed',
  });
  expect(readStartOptions([], names).settings).toEqual({});
});

test.each([
  'CORS_ORIGIN=*',
  'USER_READS',
  '=x',
  '',
])('what is no setting of the Worker is refused: %j', (word) => {
  expect(() => readStartOptions(['--set', word], names)).toThrow(/^--set: .* is not/);
});

test('a number out of its range is told the range, not that it is no number', () => {
  expect(() => readStartOptions(['--port', '99999'], names)).toThrow('--port must be at most 65535');
  expect(() => readStartOptions(['--users', '0'], names)).toThrow('--users must be at least 1');
});
