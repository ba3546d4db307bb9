import { startCloudsOn, type TestClouds } from './cloudsOn.ts';
import { createTestDatabase } from './database.ts';

export type { TestClouds };

/** An empty database, bucket, Personalize and KV of a test's own. */
export async function startTestClouds(): Promise<TestClouds> {
  const database = await createTestDatabase();
  const clouds = await startCloudsOn(database.url);
  return {
    ...clouds,
    stop: async () => {
      await clouds.stop().finally(() => database.drop());
    },
  };
}
