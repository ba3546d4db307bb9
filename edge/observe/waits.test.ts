import { expect, test } from 'vitest';
import { WaitTimes } from './waits.ts';

test('what is waited for at the same time counts once, of each store by itself', () => {
  const waits = new WaitTimes();
  let now = 0;
  const clock = () => now;
  expect(String(waits)).toBe('');
  const one = waits.begin('kv', clock);
  now = 10;
  const two = waits.begin('kv', clock);
  const sql = waits.begin('postgres', clock);
  now = 15;
  one();
  now = 30;
  two();
  now = 100;
  sql();
  const again = waits.begin('kv', clock);
  now = 105;
  again();
  expect(String(waits)).toBe(', kv;dur=35, postgres;dur=90');
});
