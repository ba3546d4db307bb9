import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';
import { explainDatabaseError } from './explainDatabaseError.ts';

export function registerMigrate(program: Command, context: CommandContext): void {
  program
    .command('migrate')
    .description('bring the database of DATABASE_URL up to date; safe to repeat')
    .addHelpText('after', '\nExample:\n  DATABASE_URL=postgres://… npm run migrate')
    .action(async () => {
      const { database } = context.config('database');
      const line = context.progress.step('migrate');
      // Loaded when needed: the migrator takes longer to load than most commands to run.
      const { migrateDatabase } = await import('./migrate.ts');
      try {
        await migrateDatabase(database.url, context.log);
      } catch (error) {
        line.fail('nothing of the failed file was kept');
        throw explainDatabaseError(error);
      }
      line.finish({});
    });
}
