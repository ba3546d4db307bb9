import { describe, expect, it } from 'vitest';
import { createColumns } from '../columns.ts';
import { sharedFloat32 } from '../shared-arrays.ts';
import { createPool } from './pool.ts';

/** A ridge over a diagonal Gram matrix of 40 items, each the only neighbour of the next. */
function ridgeInput() {
  const count = 40;
  const nearest = createColumns(count, 1);
  for (let item = 0; item < count; item += 1) nearest.sources[item] = (item + 1) % count;
  const gram = {
    itemCount: count,
    dense: sharedFloat32(count * count).fill(1),
    sparse: null,
    diagonal: sharedFloat32(count).fill(1),
    nearest,
  };
  return { gram, penalty: 1, out: createColumns(count, 1) };
}

describe('the pool', () => {
  it('does every index once, the same in threads as in the calling thread', async () => {
    const results: Float32Array[] = [];
    for (const threads of [0, 2]) {
      const pool = createPool({ threads });
      const input = ridgeInput();
      await pool.run('ridge', input, { count: 40, chunk: 3 });
      await pool.close();
      results.push(input.out.weights);
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[0]?.every((weight) => Math.abs(weight - 0.5) < 1e-6)).toBe(true);
  });

  it('reports an error thrown inside a thread', async () => {
    const pool = createPool({ threads: 1 });
    const input = { ...ridgeInput(), out: { ...createColumns(40, 1), width: -1 } };
    await expect(pool.run('ridge', input, { count: 40, chunk: 40 })).rejects.toBeInstanceOf(RangeError);
    await pool.close();
  });

  it('stops waiting when it is aborted', async () => {
    const abort = new AbortController();
    const pool = createPool({ threads: 1, signal: abort.signal });
    const running = pool.run('ridge', ridgeInput(), { count: 40, chunk: 1 });
    abort.abort(new Error('stopped by the user'));
    await expect(running).rejects.toThrow('stopped by the user');
    await expect(pool.run('ridge', ridgeInput(), { count: 40, chunk: 1 })).rejects.toThrow(
      'stopped by the user',
    );
    await pool.close();
  });

  it('takes the threads of the pool before it over', async () => {
    const started: unknown[] = [];
    const note = (worker: unknown) => started.push(worker);
    process.on('worker', note);
    for (let round = 0; round < 3; round += 1) {
      const pool = createPool({ threads: 1 });
      await pool.run('ridge', ridgeInput(), { count: 40, chunk: 3 });
      await pool.close();
    }
    process.off('worker', note);
    // None where a test before left one.
    expect(started.length).toBeLessThanOrEqual(1);
  });

  it('does not take over a thread that was stopped in mid-job', async () => {
    const abort = new AbortController();
    const stopped = createPool({ threads: 1, signal: abort.signal });
    const running = stopped.run('ridge', ridgeInput(), { count: 40, chunk: 1 });
    abort.abort(new Error('stopped'));
    await expect(running).rejects.toThrow('stopped');
    await stopped.close();
    const pool = createPool({ threads: 1 });
    const input = ridgeInput();
    await pool.run('ridge', input, { count: 40, chunk: 3 });
    expect(input.out.weights.every((weight) => Math.abs(weight - 0.5) < 1e-6)).toBe(true);
    await pool.close();
  });
});
