import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { removePostgres } from '../postgres/outside.ts';
import { startPostgres } from '../postgres/startPostgres.ts';
import { BATCH, bundle } from './bundle.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Superuser's connection string on the maintenance database of the run's PostgreSQL. */
    postgresUrl: string;
    /** The batch program in one file. */
    batchProgram: string;
  }
}

export const templateDatabase = 'migrated_template';

/**
 * The batch in one file, and one PostgreSQL for the whole run, in a folder that is removed afterwards, with one migrated
 * database that every test database is copied from. Nothing in it needs to survive a crash.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'shop-recommendations-test-'));
  await chmod(dataDir, 0o755);
  const postgres = await startPostgres({
    dataDir,
    settings: {
      ...{ fsync: 'off', full_page_writes: 'off', max_connections: '200', shared_buffers: '128MB' },
      // It would visit every test's database, two hundred in the end, once a minute.
      autovacuum: 'off',
    },
    log: (line) => console.error(line),
  });
  const address = new URL(postgres.url);
  address.pathname = '/postgres';
  await makeTemplate(address);
  project.provide('postgresUrl', address.href);
  const program = await bundle(BATCH);
  project.provide('batchProgram', program);
  return async () => {
    await rm(program, { force: true });
    await postgres.stop();
    await removePostgres(dataDir);
  };
}

async function makeTemplate(server: URL): Promise<void> {
  const client = new pg.Client({ connectionString: server.href });
  await client.connect();
  await client.query(`CREATE DATABASE ${templateDatabase}`);
  await client.end();
  const template = new URL(server);
  template.pathname = `/${templateDatabase}`;
  if (!existsSync(new URL('../../batch/db/migrate.ts', import.meta.url))) return;
  const { migrateDatabase } = await import('../../batch/db/migrate.ts');
  await migrateDatabase(template.href);
}
