import { existsSync, readFileSync } from 'node:fs';
import { defaultOf, isVariable, variable } from './variables.ts';

export interface ConfigFile {
  readonly path: string;
  /** Settings by name, as text: what the environment would hold. */
  readonly values: Readonly<Record<string, string>>;
  /** What is wrong with the file itself, one line each, without any value. */
  readonly problems: readonly string[];
}

const FALLBACK = defaultOf('CONFIG_FILE', 'aws') ?? '';

/**
 * Reads the optional JSON file of settings: one object, the names of batch/variables.ts, values as text,
 * numbers, true or false, and lists or objects where a setting is one.
 * @param path CONFIG_FILE; undefined: the usual name, which may be absent
 * @returns null when there is none
 */
export function readConfigFile(path: string | undefined): ConfigFile | null {
  const named = path !== undefined && path !== '';
  const file = named ? path : FALLBACK;
  if (!named && !existsSync(file)) return null;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
    return { path: file, values: {}, problems: [`CONFIG_FILE ${file} cannot be read (${reason})`] };
  }
  return parseConfigFile(file, text);
}

/** The pure half of readConfigFile. */
export function parseConfigFile(path: string, text: string): ConfigFile {
  const content = parseObject(text);
  if (content === null) return { path, values: {}, problems: [`${path} is not a JSON object`] };
  const values: Record<string, string> = {};
  const problems: string[] = [];
  for (const [name, value] of Object.entries(content)) {
    const problem = refusal(name, value);
    if (problem !== null) problems.push(`${name} ${problem} (in ${path})`);
    else values[name] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  return { path, values, problems };
}

function parseObject(text: string): object | null {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && !Array.isArray(content) ? content : null;
  } catch {
    return null;
  }
}

function refusal(name: string, value: unknown): string | null {
  if (!isVariable(name)) return 'is not a setting: batch --help lists them';
  if (variable(name).secret) return 'is a secret: it belongs into the environment, not into a file';
  if (name === 'CONFIG_FILE') return 'is read from the environment only';
  return value === null ? 'is null: leave it out instead' : null;
}
