import { expect, test } from 'vitest';
import { createJsonOutput } from './jsonOutput.ts';

test('every line is an object with time, level, code, run and step', () => {
  const lines: string[] = [];
  let ms = 0;
  const output = createJsonOutput({
    write: (line) => void lines.push(line),
    clock: () => new Date('2026-05-01T00:00:00Z'),
    now: () => ms,
  });
  output.log.info('looking');
  output.progress.run('20260501-000000-0001');
  const step = output.progress.step('load');
  step.update({ done: 1, unit: 'users' });
  ms = 12_000;
  step.update({ done: 9, total: 10, unit: 'users', note: 'reading' });
  output.log.warn('2 lines failed');
  step.finish({ users: 10 });
  output.fail({ code: 'held', message: 'held back', remedy: 'look' });
  expect(lines.every((line) => line.endsWith('\n'))).toBe(true);
  const said = lines.map((line) => JSON.parse(line));
  const always = { time: '2026-05-01T00:00:00.000Z', run: '20260501-000000-0001' };
  expect(said).toEqual([
    { ...always, run: null, step: null, level: 'info', code: 'message', message: 'looking' },
    { ...always, step: 'load', level: 'info', code: 'step_started', message: 'load began' },
    {
      ...always,
      step: 'load',
      level: 'info',
      code: 'step_progress',
      done: 9,
      total: 10,
      unit: 'users',
      message: 'reading',
    },
    { ...always, step: 'load', level: 'warn', code: 'warning', message: '2 lines failed' },
    {
      ...always,
      step: 'load',
      level: 'info',
      code: 'step_finished',
      seconds: 12,
      counts: { users: 10 },
      message: 'load is done',
    },
    { ...always, step: null, level: 'error', code: 'held', remedy: 'look', message: 'held back' },
  ]);
});
