import * as z from 'zod';
import { AccessVariables } from './access/accessVariables.ts';
import { AdminVariables } from './admin/adminVariables.ts';
import { ObserveVariables } from './observe/observeVariables.ts';

const count = z.coerce.number().int().min(0);
const hour = count.max(3_600_000);
const milliseconds = (fallback: number) => hour.default(fallback);

/** Settings of the Worker, from `[vars]` and secrets; every one has a default. */
const Settings = z.object({
  /** Postgres behind KV; without it the ladder goes from KV to the defaults. */
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .nullable()
    .default(null),
  /** Where Neon's driver sends SQL, for a database that is not Neon's. */
  NEON_FETCH_ENDPOINT: z.url().nullable().default(null),
  /** The batch's secret; without it customers cannot be told apart. */
  ID_HASH_KEY: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits')
    .nullable()
    .default(null),
  /** The system whose ids callers use when they name none; ids of all others are accepted too. */
  ID_SOURCE: z
    .string()
    .regex(/^[\w.:-]{1,64}$/, 'must be the name of a system')
    .nullable()
    .default(null),
  /** Origins that may read from a browser, comma-separated, or `*`. */
  CORS_ORIGINS: z.string().default(''),
  /** Beginnings of paths that any origin may read: extensions run in a sandbox whose origin is `null`. */
  CORS_ANY_ORIGIN_PATHS: z.string().default(''),
  KV_BUDGET_MS: milliseconds(150),
  POSTGRES_BUDGET_MS: milliseconds(400),
  TOTAL_BUDGET_MS: milliseconds(600),
  /** How long an isolate trusts the pointer it has read. */
  POINTER_TTL_MS: milliseconds(5_000),
  /** How long a store that failed repeatedly is not asked. */
  BREAKER_MS: milliseconds(5_000),
  /** Customers one isolate may look up in Postgres while KV is down; beyond it lists are popular ones. */
  POSTGRES_PERSONS_PER_SECOND: count.default(500),
  ...AccessVariables,
  ...AdminVariables,
  ...ObserveVariables,
  /** Bytes of a snapshot's parts an isolate keeps; of answers it made, to give them again. */
  MEMORY_BYTES: count.min(1_000_000).default(36_000_000),
  ANSWER_BYTES: count.default(12_000_000),
});
export type Config = z.infer<typeof Settings>;

export const settingNames = (): string[] => Object.keys(Settings.shape);

/**
 * Reads the settings. A shopper must get an answer even from a misconfigured Worker: a bad setting
 * takes its default and is named, with all others, in `problems`, which /status and /health show.
 */
export function readConfig(env: Readonly<Record<string, unknown>>): { config: Config; problems: string[] } {
  const parsed = Settings.safeParse(given(env));
  if (parsed.success) return { config: parsed.data, problems: [] };
  const sound = { ...env };
  const problems = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    delete sound[name];
    return `${name} is ignored: ${issue.message}`;
  });
  return { config: Settings.parse(given(sound)), problems };
}

/** An empty variable is an absent one. */
function given(env: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}
