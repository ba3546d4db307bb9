import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';
import { migrateDatabase } from './migrate.ts';
import { explainDatabaseError } from './pool.ts';

export function registerMigrate(program: Command, context: CommandContext): void {
  program
    .command('migrate')
    .description('bring the database of DATABASE_URL up to date; safe to repeat')
    .addHelpText('after', '\nExample:\n  DATABASE_URL=postgres://… npm run migrate')
    .action(async () => {
      const { database } = context.config('database');
      const line = context.progress.step('migrate');
      try {
        await migrateDatabase(database.url);
      } catch (error) {
        line.fail('nothing of the failed file was kept');
        throw explainDatabaseError(error);
      }
      line.finish({});
    });
}
