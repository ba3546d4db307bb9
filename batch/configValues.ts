import type { ConfigFile } from './configFile.ts';
import { engineOf } from './engineOf.ts';
import { defaultOf, VARIABLE_NAMES, type VariableName, variable } from './variables.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigValue {
  readonly name: VariableName;
  /** Null when it is given nowhere and has no default. */
  readonly value: string | null;
  readonly source: 'env' | 'file' | 'default' | 'unset';
}

type Given = (name: VariableName) => Omit<ConfigValue, 'name'> | null;

/**
 * Each setting with where it comes from: the environment wins over the file, the file over the default, and ENGINE
 * over the address of Personalize.
 */
export function configValues(env: Environment, file: ConfigFile | null): ConfigValue[] {
  const given: Given = (name) => {
    const fromEnv = env[name];
    if (fromEnv !== undefined && fromEnv !== '') return { value: fromEnv, source: 'env' };
    const fromFile = file?.values[name];
    return fromFile === undefined || fromFile === '' ? null : { value: fromFile, source: 'file' };
  };
  const endpoint = endpointOf(given);
  const engine = engineOf(endpoint?.value ?? undefined);
  return VARIABLE_NAMES.map((name) => {
    const found = name === 'AWS_ENDPOINT_URL_PERSONALIZE' ? endpoint : given(name);
    if (found !== null) return { name, ...found };
    const value = defaultOf(name, engine) ?? null;
    return { name, value, source: value === null ? 'unset' : 'default' };
  });
}

/** Where Personalize is asked. An address of Amazon's own, such as a private link's, stays with ENGINE=aws. */
function endpointOf(given: Given): ReturnType<Given> {
  const stated = given('AWS_ENDPOINT_URL_PERSONALIZE');
  const engine = given('ENGINE')?.value;
  if (engine === 'embedded') return given('EMBEDDED_ENDPOINT') ?? stated;
  return engine === 'aws' && engineOf(stated?.value ?? undefined) === 'embedded' ? null : stated;
}

/** The value as it may be shown: of a secret only that it is there, of an address no password. */
export function shownValue({ name, value }: ConfigValue): string | null {
  if (value === null) return null;
  if (name === 'DATABASE_URL') return withoutCredentials(value) ?? '(set)';
  if (variable(name).secret) return '(set)';
  return withoutCredentials(value) ?? value;
}

/** Also the query goes: drivers take passwords there. Null when it is no address. */
function withoutCredentials(value: string): string | null {
  if (!/^\w+:\/\//.test(value) || !URL.canParse(value)) return null;
  const { protocol, username, password, host, pathname, search } = new URL(value);
  const who = username === '' && password === '' ? '' : '***@';
  return `${protocol}//${who}${host}${pathname}${search === '' ? '' : '?***'}`;
}
