import type { ConfigFile } from '../configFile.ts';
import { configValues, type Environment } from '../configValues.ts';
import type { VariableName } from '../variables.ts';

/** What a set-up has to know, in the order it is asked for. */
const ASKED = [
  'ENVIRONMENT',
  'AWS_REGION',
  'S3_BUCKET',
  'S3_PREFIX',
] as const satisfies readonly VariableName[];
type AskedName = (typeof ASKED)[number];

export type Ask = (question: { readonly name: AskedName; readonly present: string }) => Promise<string>;

export type Flags = Readonly<
  Partial<Record<AskedName | 'PERSONALIZE_ROLE_ARN' | 'DATASET_GROUP_ARN', string>>
>;

interface Settling {
  readonly env: Environment;
  readonly file: ConfigFile | null;
  /** From flags: they win. */
  readonly flags: Flags;
  /** Null: nobody is there to answer. */
  readonly ask: Ask | null;
}

/** Settings as the environment would hold them: flags, else what is set, else what is answered. */
export async function settleSettings({ env, file, flags, ask }: Settling): Promise<Environment> {
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  const values = new Map(configValues({ ...env, ...given }, file).map((value) => [value.name, value]));
  const answers: Record<string, string> = {};
  for (const name of ASKED) {
    const { value, source } = values.get(name) ?? { value: null, source: 'unset' };
    const isOpen = source === 'unset' || source === 'default';
    if (ask !== null && isOpen) answers[name] = await ask({ name, present: value ?? '' });
  }
  return { ...env, ...given, ...answers };
}
