import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from '../command.ts';
import { purgeCaches } from '../publish/purgeCaches.ts';
import { withPublishing } from '../publish/withPublishing.ts';
import { createObjectStore } from '../storage/objectStore.ts';
import { purgeSnapshots } from './purge.ts';
import { rebuildKv } from './rebuildKv.ts';
import { rollBack } from './rollBack.ts';

const wholeNumber = (text: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(text);
};

/** Commands over snapshots that are kept: which of them is live, how many there are, whether KV holds them. */
export function registerSnapshots(program: Command, context: CommandContext): void {
  registerRollback(program, context);
  registerPurge(program, context);
  registerRebuild(program, context);
}

function registerRollback(program: Command, context: CommandContext): void {
  program
    .command('rollback')
    .description('make an earlier snapshot live again, without a new run')
    .option('--to <snapshot>', 'its number (default: the one before the live one)', wholeNumber)
    .addHelpText(
      'after',
      `
Readers see it within a minute, whole. The next batch run publishes a new snapshot over it; until then
stop the schedule if the cause is in the orders. Rolling back twice returns to where you were.

Examples:
  batch status                what is live, what was before
  batch rollback
  batch rollback --to 41`,
    )
    .action(async ({ to }: { to?: number }) => {
      const done = await withPublishing(context, { name: 'rollback' }, async (publishing) => {
        const { from, to: live, ...counts } = await rollBack(publishing, to ?? null);
        publishing.progress.finish({ snapshot_id: live, ...counts });
        return { from, to: live };
      });
      context.out(`readers now see snapshot ${done.to} instead of ${done.from ?? 'none'}`);
    });
}

function registerPurge(program: Command, context: CommandContext): void {
  program
    .command('purge')
    .description('delete old snapshots from KV, Postgres and S3, and purge the shared caches')
    .option('--all-but <n>', 'how many snapshots stay, the live one among them', wholeNumber, 3)
    .addHelpText(
      'after',
      `
The live snapshot always stays. With --all-but 1 there is nothing left to roll back to.

Examples:
  batch purge                 what no kept snapshot needs
  batch purge --all-but 1     everything but the live snapshot`,
    )
    .action(async ({ allBut }: { allBut: number }) => {
      const parts = ['environment', 's3'] as const;
      const counts = await withPublishing(context, { name: 'purge', parts }, async (publishing) => {
        const s3 = createObjectStore(publishing.config.s3);
        const done = await purgeSnapshots({ ...publishing, s3 }, allBut);
        publishing.progress.finish(done);
        await purgeCaches(publishing);
        return done;
      });
      const {
        snapshots_given_up: givenUp = 0,
        parts_deleted: deleted = 0,
        objects_deleted: objects = 0,
      } = counts;
      context.out(
        `${givenUp} snapshots given up; ${deleted} parts deleted from KV, ${objects} objects from S3`,
      );
    });
}

function registerRebuild(program: Command, context: CommandContext): void {
  program
    .command('rebuild-kv')
    .description('fill an empty, new or damaged KV namespace from Postgres')
    .addHelpText(
      'after',
      `
Writes the previous and the live snapshot as far as KV lacks them, the pointer last. The rules are mirrored
again by the Worker within the hour, or at once with the next change of a rule.`,
    )
    .action(async () => {
      const counts = await withPublishing(context, { name: 'rebuild' }, async (publishing) => {
        const done = await rebuildKv(publishing);
        publishing.progress.finish(done);
        return done;
      });
      const { snapshot_id: id, previous_snapshot_id: previous, kv_writes: writes } = counts;
      const both = previous ? `snapshots ${previous} and ${id} are` : `snapshot ${id} is`;
      context.out(`${both} in KV: ${writes} values written`);
    });
}
