import type { z } from 'zod';
import type { ConfigFile } from './configFile.ts';
import { PARTS } from './configParts.ts';
import { configValues, type Environment } from './configValues.ts';
import { BatchError, EXIT } from './errors.ts';
import { isVariable, variable } from './variables.ts';

export type ConfigPart = keyof typeof PARTS;
export type Config = { readonly [P in ConfigPart]: Readonly<z.output<(typeof PARTS)[P]>> };

/** What `batch run` needs: everything. */
export const ALL_PARTS = [
  'database',
  'sources',
  'environment',
  's3',
  'personalize',
  'money',
  'kv',
  'identity',
  'matching',
  'lengths',
  'gate',
  'health',
  'notify',
  'log',
  'engines',
  'policy',
] as const satisfies readonly ConfigPart[];

/**
 * Reads the named parts of the configuration once, at the entry.
 * Throws BatchError `bad_config` that lists every problem of all parts and of the file together, without any value.
 */
export function readConfig<P extends ConfigPart>(
  env: Environment,
  parts: readonly P[],
  file: ConfigFile | null = null,
): Pick<Config, P> {
  const { config, problems } = parseConfig(env, parts, file);
  if (problems.length > 0) throw badConfig(problems);
  return config as Pick<Config, P>;
}

/** As readConfig, but problems are returned: `config` lacks the parts that have any. */
export function parseConfig(
  env: Environment,
  parts: readonly ConfigPart[],
  file: ConfigFile | null,
): { config: Partial<Record<ConfigPart, unknown>>; problems: string[] } {
  const values = configValues(env, file).filter(({ value }) => value !== null);
  const given = Object.fromEntries(values.map(({ name, value }) => [name, value]));
  const problems = new Set<string>(file?.problems);
  const config: Partial<Record<ConfigPart, unknown>> = {};
  for (const part of parts) {
    const answer = PARTS[part].safeParse(given);
    if (answer.success) config[part] = answer.data;
    else
      for (const issue of answer.error.issues)
        problems.add(problemLine(String(issue.path[0]), issue.message));
  }
  return { config, problems: [...problems] };
}

function problemLine(name: string, message: string): string {
  return `${name} ${message}${isVariable(name) ? ` — ${variable(name).about}` : ''}`;
}

export function badConfig(problems: readonly string[]): BatchError {
  return new BatchError({
    code: 'bad_config',
    message: `the configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    remedy:
      'set these environment variables, or put them into batch.config.json (batch --help lists all of them, batch config what each is now); or start the local clouds with npm start, which writes .local/env',
    final: true,
    exitCode: EXIT.usage,
  });
}
