import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, it } from 'vitest';
import { createTestDatabase } from '../../local/testing/database.ts';
import type { CommandContext } from '../command.ts';
import { readConfig } from '../config.ts';
import { silentProgress } from '../progress.ts';
import { registerSync } from './command.ts';
import { registerUnload } from './unloadCommand.ts';

it('syncs every source, names the one that failed, watches until it is stopped, and unloads one', async () => {
  const database = await createTestDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'sync-command-'));
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  file('a1.csv', 'order_id,date,sku\n1,2025-01-01,A\n');
  file('b1.csv', 'nothing,known\n1,2\n');
  const source = (files: string, minutes: number) => ({
    type: 'files',
    location: '.',
    every_minutes: minutes,
    orders: { files },
  });
  const sources = { good: source('a*.csv', 5), bad: source('b*.csv', 60) };
  const env = {
    ID_HASH_KEY: '5a'.repeat(32),
    DATABASE_URL: database.url,
    SOURCES_FILE: file('sources.json', JSON.stringify({ sources })),
  };
  const said: string[] = [];
  let now = Date.UTC(2025, 6, 1);
  let stop = new AbortController();
  const context = {
    config: (...parts) => readConfig(env, parts),
    secret: () => undefined,
    out: (line) => void said.push(line),
    log: { info: () => undefined, warn: () => undefined },
    progress: silentProgress,
    clock: () => new Date(now),
    get signal() {
      return stop.signal;
    },
    sleep: async (ms) => {
      now += ms;
      if (now > Date.UTC(2025, 6, 1, 0, 12)) stop.abort(new Error('stopped'));
    },
  } as CommandContext;
  const program = new Command().exitOverride();
  registerSync(program, context);
  registerUnload(program, context);
  await expect(program.parseAsync(['sync'], { from: 'user' })).rejects.toMatchObject({
    code: 'sources_failed',
    message: '1 of 2 sources failed: bad.',
  });
  expect(said.join('\n')).toMatch(/good: 1 orders new[\s\S]*bad: failed \[columns_unknown\]/);
  await expect(program.parseAsync(['sync', '--source', 'ugly'], { from: 'user' })).rejects.toMatchObject({
    code: 'source_unknown',
    remedy: 'It has: good, bad.',
  });
  said.length = 0;
  file('b1.csv', 'order_id,date,sku\n2,2025-01-01,A\n');
  await expect(program.parseAsync(['sync', '--watch'], { from: 'user' })).rejects.toThrow('stopped');
  const summaries = said.filter((line) => !line.startsWith(' '));
  expect(summaries.map((line) => line.split(':')[0])).toEqual(['good', 'bad', 'good', 'good']);

  stop = new AbortController();
  file('sources.json', JSON.stringify({ sources: { good: { ...sources.good, own_product_ids: true } } }));
  said.length = 0;
  await expect(program.parseAsync(['sync'], { from: 'user' })).rejects.toMatchObject({
    code: 'sources_failed',
  });
  expect(said.join('\n')).toMatch(/failed \[ids_loaded_otherwise\][\s\S]*batch unload --source good/);
  expect(said.join('\n')).not.toContain('read again');
  said.length = 0;
  await program.parseAsync(['unload', '--source', 'good'], { from: 'user' });
  await program.parseAsync(['unload', '--source', 'good', '--yes'], { from: 'user' });
  await program.parseAsync(['sync'], { from: 'user' });
  expect(said.filter((line) => !line.startsWith(' '))).toEqual([
    "1 orders, 0 customers' ids and 1 products' ids of good would go; with --yes they do.",
    "1 orders, 0 customers' ids and 1 products' ids of good are gone.",
    expect.stringContaining('good: 1 orders new'),
  ]);
  await expect(
    program.parseAsync(['unload', '--source', 'ugly', '--yes'], { from: 'user' }),
  ).rejects.toMatchObject({ code: 'source_unknown' });
  await database.drop();
});
