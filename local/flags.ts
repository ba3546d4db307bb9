import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { LocalError } from './errors.ts';

/**
 * Reads a program's flags.
 * @throws {LocalError} bad-option, with the usage as remedy.
 */
export function readFlags<T extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: T,
  usage: string,
) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new LocalError('bad-option', error instanceof Error ? error.message : String(error), usage, error);
  }
}
