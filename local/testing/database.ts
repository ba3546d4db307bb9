import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { templateDatabase } from './globalSetup.ts';

export interface TestDatabase {
  readonly url: string;
  /**
   * Lets nobody in again and closes what is still connected. The files go with the whole server: ext4 gives an inode to
   * nobody for a minute after its file is removed, and past a database's hundreds of them it searched for each new one.
   */
  drop(): Promise<void>;
}

/** A fresh, migrated, empty database of the run's PostgreSQL, in some milliseconds. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject('postgresUrl');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await runOn(server, `CREATE DATABASE ${name} TEMPLATE ${templateDatabase} STRATEGY FILE_COPY`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: async () => {
      await runOn(server, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
      await runOn(server, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
    },
  };
}

async function runOn(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
