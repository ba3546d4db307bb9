import { describe, expect, it } from 'vitest';
import { harmless, logLine } from './log.ts';

describe('the log', () => {
  it('shows errors with their stack', () => {
    expect(logLine('broke', { error: new Error('no room') })).toMatch(/^broke \{"error":"Error: no room\\n/);
  });

  it('takes details that are no JSON', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(logLine('broke', circle)).toBe('broke (its details cannot be written)');
  });

  it('never breaks what it tells of', () => {
    const log = harmless(() => {
      throw new Error('no room');
    });
    expect(() => log('broke')).not.toThrow();
  });
});
