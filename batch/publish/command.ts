import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { z } from 'zod';
import type { CommandContext } from '../command.ts';
import { BatchError, EXIT } from '../errors.ts';
import { type Force, forceHeld } from '../gate/forceHeld.ts';
import type { StepCounts } from '../steps/step.ts';
import { republishLive } from './publishSnapshot.ts';
import { withPublishing } from './withPublishing.ts';

const HELP = `
A run that ends "held" (exit code 5) has lists ready that the gate does not let through; batch status shows why.
With --run, --force and --why they go live all the same. Who did it and why is kept in the audit.

Examples:
  batch publish
  batch publish --run 20261122-091500-7f3a --force --why "half the range was delisted on purpose"`;

const Options = z.object({
  run: z.string().optional(),
  force: z.boolean(),
  why: z.string().trim().min(1).max(1000).optional(),
  by: z.string().trim().min(1).max(100).optional(),
});

/** `batch publish`: brings KV to what Postgres says is live, after KV lost something; or puts a held run live. */
export function registerPublish(program: Command, context: CommandContext): void {
  program
    .command('publish')
    .description('write the live snapshot to KV again, as far as KV lacks it; or put a held run live')
    .option('--run <id>', 'the held run to put live')
    .option('--force', 'although the gate holds it', false)
    .option('--why <text>', 'why that is right')
    .option('--by <name>', 'who says so [the user of this process]')
    .addHelpText('after', HELP)
    .action(async (options) => {
      const force = readForce(options);
      const counts = await withPublishing(context, { name: 'publish' }, async (publishing) => {
        const done = await (force === null ? republishLive(publishing) : forceHeld(publishing, force));
        publishing.progress.finish(done);
        return done;
      });
      context.out(describe(counts));
    });
}

function readForce(options: unknown): Force | null {
  const { data } = Options.safeParse(options);
  if (data === undefined) throw badForce();
  const { run, force, why, by } = data;
  if (run === undefined && !force && why === undefined) return null;
  if (run === undefined || !force || why === undefined) throw badForce();
  return { runId: run, why, by: by ?? userInfo().username };
}

function badForce(): BatchError {
  return new BatchError({
    code: 'usage',
    message: 'a held run goes live with all three of --run ID, --force and --why "TEXT"',
    remedy: 'batch status names the held run and the reasons; batch publish --help has an example',
    exitCode: EXIT.usage,
  });
}

function describe(counts: StepCounts): string {
  const { snapshot_id: id, parts, kv_writes: writes, kv_bytes: bytes } = counts;
  return `snapshot ${id} is in KV: ${parts} parts, ${writes} written (${bytes} bytes)`;
}
