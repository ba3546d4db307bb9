import { hasChildren, stopAllChildren } from '../processes/child.ts';

type Stop = () => Promise<void>;

/** A service in this process that does not end by itself must not keep Ctrl-C waiting for ever. */
const PATIENCE_MS = 30_000;

/** Within this time a second Ctrl-C is npm's echo of the first: the terminal sends it to both of us. */
const ECHO_MS = 1_500;

export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export interface Shutdown {
  /** Resolves with the signal when the process is asked to end. */
  readonly requested: Promise<EndSignal>;
  /** Whether what ends now ends because it was asked to. */
  readonly stopping: boolean;
  /** Registers what to stop, later than what was registered before it. Returns a way to take it back. */
  add(name: string, stop: Stop): () => void;
  /** Stops everything, newest first, and says so. Resolves when no child runs any more. Never throws. */
  run(): Promise<void>;
}

/**
 * Keeps the list of what runs. Ctrl-C, SIGTERM and a closed terminal ask for an end once; a second
 * Ctrl-C ends this process at once, and the children's death watches see to the rest.
 */
export function createShutdown(log: (line: string) => void): Shutdown {
  const stops: { name: string; stop: Stop }[] = [];
  let stopping = false;
  const requested = new Promise<EndSignal>((resolve) => {
    let askedAt: number | null = null;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        askedAt ??= performance.now();
        const isImpatient = performance.now() - askedAt > ECHO_MS;
        if (signal === 'SIGINT' && isImpatient) process.exit(130);
        stopping = true;
        resolve(signal);
      });
    }
  });
  return {
    requested,
    get stopping() {
      return stopping;
    },
    add(name, stop) {
      const entry = { name, stop };
      stops.push(entry);
      return () => {
        if (stops.includes(entry)) stops.splice(stops.indexOf(entry), 1);
      };
    },
    async run() {
      stopping = true;
      if (stops.length === 0 && !hasChildren()) return;
      log('\nStopping …');
      for (const { name, stop } of stops.splice(0).reverse()) {
        const problem = await withPatience(stop());
        if (problem !== null) log(`${name} did not stop properly: ${problem}`);
      }
      await stopAllChildren();
      log('Stopped: no process is left behind.');
    },
  };
}

async function withPatience(stopping: Promise<void>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`it took longer than ${PATIENCE_MS / 1000} s`), PATIENCE_MS);
  });
  const ended = stopping.then(
    () => null,
    (error: unknown) => String(error),
  );
  const outcome = await Promise.race([ended, tooLong]);
  clearTimeout(timer);
  return outcome;
}
