import type { z } from 'zod';
import { PARTS } from './configParts.ts';
import { BatchError, EXIT } from './errors.ts';
import { VARIABLES, type VariableName } from './variables.ts';

type Environment = Readonly<Record<string, string | undefined>>;
export type ConfigPart = keyof typeof PARTS;
export type Config = { readonly [P in ConfigPart]: Readonly<z.output<(typeof PARTS)[P]>> };

/** What `batch run` needs: everything. */
export const ALL_PARTS = [
  'database',
  'environment',
  's3',
  'personalize',
  'kv',
  'identity',
  'lengths',
] as const satisfies readonly ConfigPart[];

/**
 * Reads the named parts of the configuration once, at the entry.
 * Throws BatchError `bad_config` that lists every problem of all parts together, without any value.
 */
export function readConfig<P extends ConfigPart>(env: Environment, parts: readonly P[]): Pick<Config, P> {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const problems = new Set<string>();
  const config: Record<string, unknown> = {};
  for (const part of parts) {
    const answer = PARTS[part].safeParse(given);
    if (answer.success) config[part] = answer.data;
    else
      for (const issue of answer.error.issues)
        problems.add(problemLine(String(issue.path[0]), issue.message));
  }
  if (problems.size > 0) throw badConfig([...problems]);
  return config as Pick<Config, P>;
}

function problemLine(name: string, message: string): string {
  const known = Object.hasOwn(VARIABLES, name) ? VARIABLES[name as VariableName].about : '';
  return `${name} ${message}${known === '' ? '' : ` — ${known}`}`;
}

function badConfig(problems: readonly string[]): BatchError {
  return new BatchError({
    code: 'bad_config',
    message: `the configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    remedy:
      'set these environment variables (batch --help lists all of them), or start the local clouds with npm start, which writes .local/env',
    final: true,
    exitCode: EXIT.usage,
  });
}
