import { writeFile } from 'node:fs/promises';
import { LocalError } from './errors.ts';

/**
 * Writes variables where only the owner can read them, in the form that Node's `--env-file` and
 * dotenv both understand: quoted, since a bare `#` would end a value.
 * @throws {LocalError} bad-option, for a value that holds all three kinds of quotes, or a line break.
 */
export async function writeEnvFile(
  file: string,
  variables: Readonly<Record<string, string>>,
  comment: readonly string[] = [],
): Promise<void> {
  const lines = comment.map((line) => `# ${line}`);
  for (const [name, value] of Object.entries(variables)) lines.push(`${name}=${quote(name, value)}`);
  await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600 });
}

function quote(name: string, value: string): string {
  const mark = ["'", '"', '`'].find((candidate) => !value.includes(candidate));
  // Both readers expand \n within double quotes, so a value with a backslash must not get those.
  const usable = mark !== undefined && !/[\r\n]/.test(value) && !(mark === '"' && value.includes('\\'));
  if (usable) return `${mark}${value}${mark}`;
  throw new LocalError(
    'bad-option',
    `The value of ${name} cannot be written to an env file.`,
    'Use a plainer one.',
  );
}
