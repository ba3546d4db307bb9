import { fileURLToPath } from 'node:url';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { configDefaults, defineConfig } from 'vitest/config';

/** Generous: nothing here asserts on time, and a shared CI machine may be many times slower. */
const timeouts = { testTimeout: 240_000, hookTimeout: 240_000, teardownTimeout: 30_000 };

/** What wrangler.toml's [alias] names. */
const emptyDefaults = fileURLToPath(new URL('./edge/defaults/empty.json', import.meta.url));

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'node',
          include: ['{shared,batch,edge,local,bench}/**/*.test.ts'],
          exclude: [...configDefaults.exclude, '**/*.worker.test.ts'],
          globalSetup: ['./local/testing/globalSetup.ts'],
          pool: 'forks',
          ...timeouts,
        },
      },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.toml' }, miniflare: { cf: false } })],
        resolve: { alias: { 'bundled-defaults': emptyDefaults } },
        test: { name: 'edge', include: ['edge/**/*.worker.test.ts'], ...timeouts },
      },
    ],
  },
});
