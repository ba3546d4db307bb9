import { expect, test } from 'vitest';
import { noteWait, serverTiming } from './waits.ts';

test('what is waited for at the same time counts once, of each store by itself', () => {
  const request = new Request('https://edge.example/');
  let now = 0;
  const clock = () => now;
  expect(serverTiming(request, 0)).toBe('io;dur=0');
  const one = noteWait(request, 'kv', clock);
  now = 10;
  const two = noteWait(request, 'kv', clock);
  const sql = noteWait(request, 'postgres', clock);
  now = 15;
  one();
  now = 30;
  two();
  now = 100;
  sql();
  const again = noteWait(request, 'kv', clock);
  now = 105;
  again();
  expect(serverTiming(request, 105)).toBe('io;dur=105, kv;dur=35, postgres;dur=90');
  expect(serverTiming(new Request('https://edge.example/'), 1)).toBe('io;dur=1');
});
