import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';
import type { StepCounts } from '../steps/step.ts';
import { republishLive } from './publishSnapshot.ts';
import { withPublishing } from './withPublishing.ts';

/** `batch publish`: brings KV to what Postgres says is live, after KV lost something. */
export function registerPublish(program: Command, context: CommandContext): void {
  program
    .command('publish')
    .description('write the live snapshot to KV again, as far as KV lacks it')
    .action(async () => {
      const counts = await withPublishing(context, { name: 'publish' }, async (publishing) => {
        const done = await republishLive(publishing);
        publishing.progress.finish(done);
        return done;
      });
      context.out(describe(counts));
    });
}

function describe(counts: StepCounts): string {
  const { snapshot_id: id, parts, kv_writes: writes, kv_bytes: bytes } = counts;
  return `snapshot ${id} is in KV: ${parts} parts, ${writes} written (${bytes} bytes)`;
}
