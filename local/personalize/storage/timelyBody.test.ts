import { PassThrough, Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { JobFailure } from '../state/jobFailure.ts';
import { timelyBody } from './timelyBody.ts';

const PATIENCE_MS = 30;

describe('a timely body', () => {
  it('gives the same bytes, however slowly it is read', async () => {
    const chunks = Array.from({ length: 6 }, (_, n) => Buffer.alloc(70_000, n));
    const read: Buffer[] = [];
    for await (const chunk of timelyBody(Readable.from(chunks), PATIENCE_MS)) {
      read.push(chunk);
      await wait(2 * PATIENCE_MS);
    }
    expect(Buffer.concat(read).equals(Buffer.concat(chunks))).toBe(true);
  });

  it('fails when a chunk that is waited for does not come, and lets go of the connection', async () => {
    const source = new PassThrough();
    source.write('some');
    const read = async () => {
      for await (const _ of timelyBody(source, PATIENCE_MS));
    };
    await expect(read()).rejects.toBeInstanceOf(JobFailure);
    expect(source.destroyed).toBe(true);
  });
});
