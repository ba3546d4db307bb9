import { Worker } from 'node:worker_threads';
import { z } from 'zod';

/** What this machine can do in plain TypeScript on all threads at once, measured in the same run. */
export const Limits = z.object({
  /** Multiply-and-add of doubles from the first-level cache, per second. */
  multiplyAdds: z.number(),
  /** Additions to random places of an array of one number for each item, per second. */
  itemAdditions: z.number(),
  /** Bytes read one after the other from memory, per second. */
  readBytes: z.number(),
});
export type Limits = z.infer<typeof Limits>;

export interface LimitSizes {
  readonly items: number;
}

/** Adds up what `threads` threads reach at the same time. Takes about two seconds. */
export async function measureLimits(sizes: LimitSizes, threads: number): Promise<Limits> {
  const each = await Promise.all(Array.from({ length: threads }, () => measureOne(sizes)));
  const sum = (of: keyof Limits) => each.reduce((total, one) => total + one[of], 0);
  return {
    multiplyAdds: sum('multiplyAdds'),
    itemAdditions: sum('itemAdditions'),
    readBytes: sum('readBytes'),
  };
}

function measureOne(sizes: LimitSizes): Promise<Limits> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./limitsThread.ts', import.meta.url), {
      workerData: sizes,
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    worker.once('message', (found: unknown) => resolve(Limits.parse(found)));
    worker.once('error', reject);
  });
}
