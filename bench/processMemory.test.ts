import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { watchMemory } from './processMemory.ts';

test.skipIf(process.platform !== 'linux')(
  'what a child process had resident at most is known after it has ended',
  async () => {
    const watch = watchMemory((command) => (command.includes('150_000_000') ? 'child' : null));
    const script = 'let held = Buffer.alloc(150_000_000, 1); held = null; setTimeout(() => {}, 500)';
    const child = spawn(process.execPath, ['-e', script]);
    await once(child, 'exit');
    watch.stop();
    expect(watch.peaks().get('child')).toBeGreaterThan(150_000_000);
    expect(watch.peaks().get('child')).toBeLessThan(400_000_000);
  },
);
