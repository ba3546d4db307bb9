import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { BatchError, EXIT } from '../errors.ts';
import type { IdSharing } from '../identity/sourceIds.ts';
import { Mapping } from '../ingest/mapping.ts';
import { readSettings } from '../readSettings.ts';
import { FilesSettings } from './filesSettings.ts';
import { PostgresSettings } from './postgresSettings.ts';
import { RestSettings, restProblems } from './restSettings.ts';
import { ShopifySettings, shopifyProblems } from './shopifySettings.ts';

const MINUTES = { six_hours: 360, week: 10_080 };

const Common = {
  /** How often `batch sync --watch` looks. */
  every_minutes: z.number().min(1).max(MINUTES.week).default(MINUTES.six_hours),
  /** Which column or path is which field: a file beside this one, or the mapping itself. */
  mapping: z.union([z.string().min(1), Mapping]).default(Mapping.parse({})),
  /** Another source whose customer ids are this one's too; otherwise the same id of another is somebody else. */
  same_customer_ids_as: z.string().min(1).nullable().default(null),
  /** Its product ids are no other source's: the same id of another is something else. */
  own_product_ids: z.boolean().default(false),
};

const SourceSettings = z.discriminatedUnion('type', [
  FilesSettings.extend(Common),
  RestSettings.extend(Common),
  PostgresSettings.extend(Common),
  ShopifySettings.extend(Common),
]);

const SourcesFile = z.strictObject({
  sources: z.record(
    z
      .string()
      .regex(/^[a-z][a-z0-9_-]{0,31}$/, 'a source is named by 1 to 32 of a-z, 0-9, _ and -, a letter first'),
    SourceSettings,
  ),
});

/** Settings of one source, its mapping read. */
type Mapped<T> = T extends unknown ? Omit<T, 'mapping'> & { readonly mapping: Mapping } : never;
export type SourceSettings = Mapped<z.infer<typeof SourceSettings>>;

export interface ConfiguredSource {
  readonly name: string;
  readonly settings: SourceSettings;
  /** Changes when what is read, or how, does. */
  readonly fingerprint: string;
  readonly sharing: IdSharing;
}

/**
 * Reads the sources file, with the mapping files it names.
 * @param secret looks up the environment variables it names
 * @throws BatchError sources_unreadable, sources_invalid: every problem listed together, without any secret
 */
export function readSourcesFile(
  path: string,
  secret: (name: string) => string | undefined,
): ConfiguredSource[] {
  const answer = readSettings(SourcesFile, readJson(path));
  if ('problems' in answer) throw invalid(path, answer.problems);
  const { sources } = answer.settings;
  const problems: string[] = [];
  const configured = Object.entries(sources).map(([name, given]) => {
    const mapping = readNamedMapping(path, name, { given: given.mapping, problems });
    const settings = { ...given, mapping };
    problems.push(...missingSecrets(name, settings, secret));
    problems.push(...ownProblems(settings).map((problem) => `sources.${name}.${problem}`));
    const sharing = {
      customersOf: ownerOf(name, sources),
      ownProducts: given.own_product_ids,
    };
    const read = Object.entries(settings).filter(([setting]) => !PACE.has(setting));
    const fingerprint = createHash('sha256').update(JSON.stringify(read)).digest('hex').slice(0, 16);
    return { name, settings: placed(settings, path), fingerprint, sharing };
  });
  if (configured.length === 0) problems.push('sources: names none');
  if (problems.length > 0) throw invalid(path, problems);
  return configured;
}

/**
 * Whose customer ids a source uses in the end: of one that names a second that names a third, the third's, whichever is
 * read first. Of several that name each other, the first by name. Null: its own.
 */
function ownerOf(name: string, sources: z.infer<typeof SourcesFile>['sources']): string | null {
  const named = [name];
  for (let last = name; ; ) {
    const next = sources[last]?.same_customer_ids_as ?? null;
    if (next === null) return last === name ? null : last;
    const met = named.indexOf(next);
    if (met !== -1) return named.slice(met).sort()[0] ?? null;
    named.push(next);
    last = next;
  }
}

function ownProblems(settings: SourceSettings): string[] {
  if (settings.type === 'rest') return restProblems(settings);
  return settings.type === 'shopify' ? shopifyProblems(settings) : [];
}

/** Settings that change when and how fast something is read, not what. */
const PACE = new Set([
  'every_minutes',
  'requests_per_second',
  'timeout_seconds',
  'overlap_minutes',
  'insecure',
]);

/** A folder counts from the folder of the file that names it. */
function placed(settings: SourceSettings, path: string): SourceSettings {
  if (settings.type !== 'files' || settings.location.startsWith('s3://')) return settings;
  return { ...settings, location: resolve(dirname(path), settings.location) };
}

interface NamedMapping {
  readonly given: string | Mapping;
  readonly problems: string[];
}

function readNamedMapping(path: string, name: string, { given, problems }: NamedMapping): Mapping {
  if (typeof given !== 'string') return given;
  const file = resolve(dirname(path), given);
  try {
    const answer = readSettings(Mapping, JSON.parse(readFileSync(file, 'utf8')), ['sources', name, given]);
    if ('settings' in answer) return answer.settings;
    problems.push(...answer.problems);
  } catch (error) {
    problems.push(`sources.${name}.mapping: ${file} cannot be read as JSON: ${messageOf(error)}`);
  }
  return Mapping.parse({});
}

/** Settings that end in _env name environment variables. */
function missingSecrets(
  name: string,
  settings: object,
  secret: (name: string) => string | undefined,
): string[] {
  return Object.entries(settings).flatMap(([key, value]) => {
    const at = `${name}.${key}`;
    if (typeof value === 'object' && value !== null && key !== 'mapping')
      return missingSecrets(at, value, secret);
    if (!key.endsWith('_env') || typeof value !== 'string' || secret(value)) return [];
    return [`sources.${at}: the environment variable ${value} is not set`];
  });
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new BatchError({
      code: 'sources_unreadable',
      message: `The sources file ${path} cannot be read${cause instanceof SyntaxError ? ' as JSON' : ''}: ${messageOf(cause)}`,
      remedy: 'docs/sources.md has one to begin with; SOURCES_FILE says where it lies [sources.json].',
      exitCode: EXIT.usage,
      final: true,
      cause,
    });
  }
}

function invalid(path: string, problems: readonly string[]): BatchError {
  return new BatchError({
    code: 'sources_invalid',
    message: `The sources file ${path} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    remedy:
      'Correct it; docs/sources.md lists every setting. Secrets are named there and set in the environment.',
    exitCode: EXIT.usage,
    final: true,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
