import { dirname, join } from 'node:path';
import { LocalError } from '../errors.ts';
import { startChild } from '../processes/child.ts';
import type { Shutdown } from './shutdown.ts';

export interface Programs {
  readonly projectRoot: string;
  /** How the terminal looks; nothing else of this process's environment reaches the programs. */
  readonly terminal: Readonly<Record<string, string>>;
  readonly shutdown: Shutdown;
}

interface ProgramCall {
  readonly script: string;
  readonly args: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Runs one of our own programs to its end, as a user would, its output on this terminal. A real AWS
 * login or region of this machine's user is kept from it.
 * @throws {LocalError} start-failed, when it ends with anything but 0.
 */
export async function runProgram(
  programs: Programs,
  { script, args, variables }: ProgramCall,
): Promise<void> {
  const { projectRoot, terminal, shutdown } = programs;
  const child = await startChild({
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', '--import', 'tsx', join(projectRoot, script), ...args],
    env: {
      ...terminal,
      PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...variables,
    },
    cwd: projectRoot,
    output: 'inherit',
    stopSignal: 'SIGTERM',
    graceMs: 15_000,
  });
  const forget = shutdown.add(script, child.stop);
  const { code, signal } = await child.exited;
  forget();
  if (code === 0) return;
  throw new LocalError(
    'start-failed',
    `${script} ${args[0] ?? ''} ended with ${code === null ? signal : `exit code ${code}`}.`,
    'Its own message is above. Then start again: what is done is not done twice.',
  );
}

/** The variables by which programs decide on colours and progress displays. */
export function terminalVariables(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = [
    'TERM',
    'COLORTERM',
    'NO_COLOR',
    'FORCE_COLOR',
    'CI',
    'LANG',
    'LC_ALL',
    'TZ',
    'COLUMNS',
    'TMPDIR',
  ];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
