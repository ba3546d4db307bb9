import { describe, expect, it } from 'vitest';
import { createLane } from './lane.ts';

describe('a lane', () => {
  it('runs one after another, in the order they came', async () => {
    const lane = createLane(1);
    const { signal } = new AbortController();
    const said: string[] = [];
    const work = (name: string) =>
      lane.run(signal, async () => {
        said.push(`${name} begins`);
        await Promise.resolve();
        said.push(`${name} ends`);
      });
    await Promise.all([work('a'), work('b')]);
    expect(said).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('lets one that waits go when it is aborted, and the next still has its turn', async () => {
    const lane = createLane(1);
    const gate = Promise.withResolvers<void>();
    const never = new AbortController();
    const leaving = new AbortController();
    const first = lane.run(never.signal, () => gate.promise);
    const second = lane.run(leaving.signal, async () => 'second');
    const third = lane.run(never.signal, async () => 'third');
    leaving.abort(new Error('enough'));
    await expect(second).rejects.toThrow('enough');
    gate.resolve();
    await first;
    expect(await third).toBe('third');
  });
});
