import type { CommandContext } from '../command.ts';
import { withPublishing } from '../publish/withPublishing.ts';
import type { ErasureReport } from './eraseCustomer.ts';
import type { PersonName } from './findPerson.ts';

/**
 * Erases a customer as a command does: the lease held, the cloud clients made. These are loaded when needed: they
 * take longer to load than most
 * commands to run.
 */
export async function erase(
  context: CommandContext,
  name: PersonName,
  rejects: readonly string[],
): Promise<ErasureReport> {
  const { eraseCustomer } = await import('./eraseCustomer.ts');
  const { createPersonalizeClient } = await import('../personalize/client.ts');
  const { createObjectStore } = await import('../storage/objectStore.ts');
  const { embeddedRival } = await import('../evaluation/rivals.ts');
  const parts = ['environment', 's3', 'personalize', 'engines'] as const;
  return withPublishing(context, { name: 'erase', parts }, async (publishing) => {
    const { config, progress } = publishing;
    const clouds = {
      s3: createObjectStore(config.s3),
      personalize: createPersonalizeClient(config.personalize),
    };
    const otherEngines = embeddedRival(config).map((rival) => rival.personalize);
    const erasing = { ...publishing, ...clouds, otherEngines, clock: context.clock, wait: true };
    const report = await eraseCustomer(erasing, { name, rejects });
    progress.finish({});
    return report;
  });
}
