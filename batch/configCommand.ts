import type { Command } from 'commander';
import { ALL_PARTS, badConfig, type ConfigPart, parseConfig } from './config.ts';
import type { ConfigFile } from './configFile.ts';
import { PARTS } from './configParts.ts';
import { type ConfigValue, configValues, type Environment, shownValue } from './configValues.ts';
import { variable } from './variables.ts';

interface ConfigCommandInput {
  readonly env: Environment;
  readonly file: () => ConfigFile | null;
  readonly out: (line: string) => void;
}

const HELP = `
The environment wins over the file, the file over the default. The file (CONFIG_FILE, or batch.config.json in
the present folder) is one JSON object with the names shown by batch --help; secrets are refused in it.

Examples:
  batch config                    every setting, its value and where it comes from; then what is missing for batch run
  batch config --json             the same for programs
  CONFIG_FILE=staging.json batch config

Exit codes: 0 everything batch run needs is there · 2 something is missing or wrong`;

/** `batch config`: what the batch would work with. */
export function registerConfig(program: Command, { env, file, out }: ConfigCommandInput): void {
  program
    .command('config')
    .description('show every setting, its value and where it comes from')
    .option('--json', 'as JSON', false)
    .addHelpText('after', HELP)
    .action(({ json }: { json: boolean }) => {
      const read = file();
      const values = configValues(env, read);
      const { problems } = parseConfig(env, partsInUse(values), read);
      if (json) out(JSON.stringify({ file: read?.path ?? null, values: values.map(jsonOf), problems }));
      else for (const line of configLines(values, read)) out(line);
      if (problems.length > 0) throw badConfig(problems);
    });
}

/** What `batch run` needs, and each other part of which something was given. */
function partsInUse(values: readonly ConfigValue[]): ConfigPart[] {
  const given = new Set<string>(
    values.filter(({ source }) => source === 'env' || source === 'file').map(({ name }) => name),
  );
  const needed = new Set<ConfigPart>(ALL_PARTS);
  return (Object.keys(PARTS) as ConfigPart[]).filter(
    (part) => needed.has(part) || Object.keys(PARTS[part].in.shape).some((name) => given.has(name)),
  );
}

function jsonOf(setting: ConfigValue): object {
  const { about, secret = false } = variable(setting.name);
  return { ...setting, value: shownValue(setting), secret, about };
}

function configLines(values: readonly ConfigValue[], file: ConfigFile | null): string[] {
  const width = Math.max(...values.map(({ name }) => name.length));
  const lines = values.map((setting) => {
    const { name, source } = setting;
    return `${name.padEnd(width)}  ${source.padEnd(7)}  ${shownValue(setting) ?? ''}`.trimEnd();
  });
  return [`file: ${file?.path ?? 'none'}`, ...lines];
}
