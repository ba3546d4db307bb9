import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { Defaults } from '../../shared/defaults/defaults.ts';
import type { CommandContext } from '../command.ts';
import { inTransaction, withPool } from '../db/pool.ts';
import { readDefaults } from './readDefaults.ts';

const Options = z.object({ out: z.string() });

/** `batch defaults`: writes what the Worker bundles for the day when no store can be reached. */
export function registerDefaults(program: Command, context: CommandContext): void {
  program
    .command('defaults')
    .description('write the lists the Worker bundles for the worst day')
    .option('--out <file>', 'where to', 'edge/defaults/generated.json')
    .action(async (raw: unknown) => {
      const { out } = Options.parse(raw);
      await withPool(context.config('database').database.url, async (pool) => {
        const defaults = Defaults.parse(await inTransaction(pool, readDefaults, 'READ ONLY'));
        const text = JSON.stringify(defaults);
        await mkdir(dirname(out), { recursive: true });
        // Renamed into place: a Worker is never built from half a file.
        await writeFile(`${out}.tmp`, text);
        await rename(`${out}.tmp`, out);
        const lists = Object.keys(defaults.lists).length;
        context.out(
          `${out}: ${defaults.products.length} products, ${lists} lists, ${text.length} characters`,
        );
      });
    });
}
