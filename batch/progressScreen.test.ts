import { describe, expect, test } from 'vitest';
import { createScreen, describeDuration } from './progressScreen.ts';

function watch(columns: number | null) {
  let time = 0;
  let written = '';
  const screen = createScreen({
    write: (text) => {
      written += text;
    },
    columns: columns === null ? null : () => columns,
    now: () => time,
  });
  return { screen, passMs: (ms: number) => (time += ms), written: () => written };
}

describe('progress', () => {
  test('without a terminal is plain lines at intervals', () => {
    const { screen, passMs, written } = watch(null);
    const step = screen.progress.step('load');
    for (let i = 1; i <= 12; i++) {
      passMs(1000);
      step.update({ done: i * 1000, total: 20_000, unit: 'users' });
    }
    step.finish({ users: 20_000, list_errors: 0 });
    expect(written().split('\n')).toEqual([
      '… load    ',
      '… load     10,000 of 20,000 users · 1,000/s · 10 s left',
      '✓ load     20,000 users in 12 s',
      '',
    ]);
  });

  test('on a terminal is one line that a remark does not tear', () => {
    const { screen, passMs, written } = watch(40);
    const step = screen.progress.step('infer');
    passMs(200);
    step.update({ done: 0, note: 'waiting for similar-items, user-personalization' });
    screen.line('warning: slow');
    step.fail('gone');
    const lines = written().split('\n');
    expect(lines[0]).toMatch(/warning: slow$/);
    expect(lines[1]).toMatch(/^… infer {4}waiting for similar-it[\s\S]*✗ infer {4}gone$/);
    expect(Math.max(...(lines[1] ?? '').split('\r').map((drawn) => drawn.length))).toBeLessThan(50);
  });

  test('says durations shortly', () => {
    expect([4200, 59_000, 185_000, 7_800_000].map(describeDuration)).toEqual([
      '4.2 s',
      '59 s',
      '3 min 5 s',
      '2 h 10 min',
    ]);
  });
});
