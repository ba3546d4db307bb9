import { type CustomerKeyer, createCustomerKeyer } from '../shared/identity/customerKey.ts';
import { manifestKey } from '../shared/snapshot/manifest.ts';
import { createAccessGate } from './access/accessGate.ts';
import { type AccessGuard, createAccessGuard } from './access/provenIdentity.ts';
import type { Clock } from './clock.ts';
import { type Config, readConfig } from './config.ts';
import type { AccessGate } from './content/personalAccess.ts';
import { createEditions } from './kept/edition.ts';
import { createKeptAnswers, type KeptAnswers } from './kept/keptAnswers.ts';
import type { Backend } from './observe/waits.ts';
import { createRulesReader, type RulesReader } from './rules/rulesReader.ts';
import { createAnswerMemory } from './stores/answerMemory.ts';
import { createCardMemory } from './stores/cardMemory.ts';
import { type DefaultsStore, openDefaultsStore } from './stores/defaultsStore.ts';
import { createGauge, type Gauge } from './stores/gauge.ts';
import { createKvReads, type KvNamespace } from './stores/kvReads.ts';
import { openReader, type Reader, type Stores } from './stores/ladder.ts';
import { createOverlay, type Overlay } from './stores/overlay.ts';
import { createPartMemory, type PartMemory } from './stores/partMemory.ts';
import { createPersonGuard } from './stores/personGuard.ts';
import { createPointerReader } from './stores/pointerReader.ts';
import { createPostgresSnapshots } from './stores/postgresSnapshot.ts';
import { openPostgresSql, type PostgresSql } from './stores/postgresSql.ts';
import { type Caller, openScope } from './stores/scope.ts';

/** What one isolate is made of, built once and shared by its requests. */
export interface Edge {
  readonly config: Config;
  readonly clock: Clock;
  /** What is wrong with the configuration, for people. */
  readonly problems: readonly string[];
  /** Null without ID_HASH_KEY: customers cannot be told apart. */
  readonly keyer: CustomerKeyer | null;
  readonly gauges: Readonly<Record<Backend, Gauge>>;
  readonly hasKv: boolean;
  readonly memory: PartMemory;
  readonly stores: Stores;
  readonly defaults: DefaultsStore;
  readonly rules: RulesReader;
  readonly overlay: Overlay;
  readonly guard: AccessGuard;
  readonly access: AccessGate;
  readonly kept: KeptAnswers;
  /** One request's way to the stores. */
  open(caller: Caller): Reader;
}

export interface EdgeSettings {
  readonly env: Readonly<Record<string, unknown>>;
  readonly kv: KvNamespace | null;
  /** The defaults file bundled at deploy. */
  readonly bundled: unknown;
  readonly clock: Clock;
  /** A drill stands between the reads and Postgres. */
  readonly disturb?: (sql: PostgresSql) => PostgresSql;
  /** Writes the shop's rules to KV, which lacks them. */
  readonly repairRules?: () => Promise<unknown>;
}

/** The text of a card takes half a kilobyte, and as much again once it was read as JSON. */
const SHOWN_CARDS = 5_000;
/** 5,000 keys take about half a megabyte. */
const UNKNOWN_PERSONS = { unknownMs: 60_000, most: 5_000 };

export const NO_KEY =
  'ID_HASH_KEY is not set: personal lists cannot be found, popular ones are shown instead';

export function createEdge(settings: EdgeSettings): Edge {
  const { env, kv, bundled, clock, disturb = asItIs, repairRules = noRepair } = settings;
  const { config, problems } = readConfig(env);
  const keyer = config.ID_HASH_KEY === null ? null : createCustomerKeyer(config.ID_HASH_KEY);
  const gauges = {
    kv: createGauge(clock, config.BREAKER_MS),
    postgres: createGauge(clock, config.BREAKER_MS),
  };
  const reads = createKvReads(kv, gauges.kv, clock);
  const memory = createPartMemory({ limitBytes: config.MEMORY_BYTES, clock, badMs: config.BREAKER_MS });
  const cards = createCardMemory(SHOWN_CARDS);
  const defaults = openDefaultsStore(bundled);
  const stores: Stores = {
    pointer: createPointerReader({
      reads,
      clock,
      ttlMs: config.POINTER_TTL_MS,
      onRenewed: ({ live, previous }) => {
        for (const id of [live, previous]) if (id !== null) memory.forget(manifestKey(id));
      },
    }),
    reads,
    memory,
    cards,
    postgres: postgresOf(config, { gauge: gauges.postgres, clock, keyer, disturb }),
    defaults,
  };
  const rules = createRulesReader({
    reads,
    sql: stores.postgres?.sql ?? null,
    clock,
    ttlMs: config.POINTER_TTL_MS,
    bundled: defaults.rules,
    repair: repairRules,
  });
  const overlay = createOverlay({ reads, clock, ttlMs: config.POINTER_TTL_MS });
  const guard = createAccessGuard(config, clock);
  const access = createAccessGate(guard);
  const budgets = { kv: config.KV_BUDGET_MS, postgres: config.POSTGRES_BUDGET_MS };
  const totalMs = config.TOTAL_BUDGET_MS;
  return {
    config,
    clock,
    problems: [
      ...problems,
      ...(kv === null ? ['no KV namespace is bound as SNAPSHOTS'] : []),
      ...(config.ID_HASH_KEY === null ? [NO_KEY] : []),
      ...(defaults.problem === null ? [] : [defaults.problem]),
    ],
    keyer,
    gauges,
    hasKv: kv !== null,
    memory,
    stores,
    defaults,
    rules,
    overlay,
    guard,
    access,
    kept: createKeptAnswers({
      editions: createEditions({ pointer: stores.pointer, memory, rules, overlay }),
      access,
      limitBytes: config.ANSWER_BYTES,
    }),
    open: (caller) => openReader(stores, openScope({ clock, budgets, totalMs, caller })),
  };
}

/** What Postgres answered is as good for a minute as what a data centre keeps of KV. */
const POSTGRES_MEMORY = { keepMs: 60_000, most: 5_000 };

interface PostgresParts {
  readonly gauge: Gauge;
  readonly clock: Clock;
  readonly keyer: CustomerKeyer | null;
  readonly disturb: (sql: PostgresSql) => PostgresSql;
}

const noRepair = async () => undefined;
const asItIs = (sql: PostgresSql) => sql;

function postgresOf(config: Config, { gauge, clock, keyer, disturb }: PostgresParts): Stores['postgres'] {
  if (config.DATABASE_URL === null) return null;
  const neon = openPostgresSql({
    databaseUrl: config.DATABASE_URL,
    fetchEndpoint: config.NEON_FETCH_ENDPOINT,
    budgetMs: config.POSTGRES_BUDGET_MS,
    gauge,
    clock,
  });
  const sql = disturb(neon);
  const snapshots = createPostgresSnapshots(sql, clock, config.POINTER_TTL_MS);
  const perSecond = config.POSTGRES_PERSONS_PER_SECOND;
  const persons = createPersonGuard({ clock, perSecond, ...UNKNOWN_PERSONS });
  return { sql, snapshots, persons, keyer, memory: createAnswerMemory({ clock, ...POSTGRES_MEMORY }) };
}
