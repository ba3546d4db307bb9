import type { CommandContext } from '../command.ts';
import type { ConfiguredSource } from '../sources/sourcesFile.ts';

const MINUTE_MS = 60_000;

interface Watching {
  readonly context: Pick<CommandContext, 'clock' | 'sleep' | 'signal' | 'log'>;
  readonly sync: (due: readonly ConfiguredSource[]) => Promise<unknown>;
}

/** Syncs each source at once and then whenever its interval has passed since it began; ends when stopped. */
export async function watchSources(
  sources: readonly ConfiguredSource[],
  { context, sync }: Watching,
): Promise<void> {
  const due = new Map(sources.map((source) => [source, 0]));
  for (;;) {
    context.signal.throwIfAborted();
    const now = context.clock().getTime();
    const ready = sources.filter((source) => (due.get(source) ?? 0) <= now);
    for (const source of ready) due.set(source, now + source.settings.every_minutes * MINUTE_MS);
    if (ready.length > 0) await sync(ready);
    const next = Math.min(...due.values());
    const wait = next - context.clock().getTime();
    if (wait > 0) await context.sleep(wait);
  }
}
