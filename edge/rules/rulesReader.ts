import * as z from 'zod';
import { NO_RULES, RULES_KEY, RulesDocument } from '../../shared/rules/rulesDocument.ts';
import type { Clock } from '../clock.ts';
import type { RulesSource, ShopRules } from '../content/listRules.ts';
import { jsonOf } from '../stores/json.ts';
import type { KvReads } from '../stores/kvReads.ts';
import type { Reader } from '../stores/ladder.ts';
import type { PostgresSql } from '../stores/postgresSql.ts';
import { reopening } from '../stores/reopening.ts';
import type { Scope } from '../stores/scope.ts';
import { StoreError } from '../stores/storeError.ts';

export interface ReadRules extends ShopRules {
  readonly document: RulesDocument;
}

/**
 * The newest rules that can be reached: isolate → KV → Postgres → bundled. `live`: what KV or Postgres
 * says now; `stale`: what one of them said earlier; `bundled`: of the deploy. Never throws.
 */
export interface RulesReader extends RulesSource {
  read(reader: Pick<Reader, 'scope'>): ReadRules;
  /** What the isolate holds, without any read. */
  held(): ReadRules;
  /** The rules the isolate still trusts, or null. @param now known already */
  recall(now?: number): RulesDocument | null;
  /** The next read asks KV again. */
  expire(): void;
}

export interface RulesReading {
  readonly reads: KvReads;
  readonly sql: PostgresSql | null;
  readonly clock: Clock;
  /** Milliseconds for which an isolate trusts what it has read. */
  readonly ttlMs: number;
  /** The rules of the deploy, or null when none were bundled. */
  readonly bundled: RulesDocument | null;
  /** Writes the rules to KV, which lacks them: a new shop's, or they were lost. */
  readonly repair: () => Promise<unknown>;
}

/** The least KV allows. */
const CACHE_SECONDS = 30;
export const RULES_SQL = 'SELECT rules_document() AS document';
/** Postgres is asked less often than KV: by every isolate, while KV is down. */
const POSTGRES_TTLS = 6;
const Row = z.object({ document: RulesDocument });

export function createRulesReader(reading: RulesReading): RulesReader {
  const { reads, sql, clock, ttlMs, bundled, repair } = reading;
  const last: ReadRules = { document: bundled ?? NO_RULES, state: 'bundled' };
  let known: RulesDocument | null = null;
  let readAt = Number.NEGATIVE_INFINITY;
  let askPostgresAt = Number.NEGATIVE_INFINITY;

  function keep(document: RulesDocument): RulesDocument {
    readAt = clock.now();
    // Two stores may disagree for a minute after a change: the higher version is the newer truth.
    if (known === null || document.version >= known.version) known = document;
    return known;
  }
  const open = reopening((bytes) => RulesDocument.parse(jsonOf(bytes)));
  const fromKv = {
    key: RULES_KEY,
    cacheSeconds: CACHE_SECONDS,
    recall: (now = clock.now()) => (now - readAt < ttlMs ? known : null),
    receive(bytes: Uint8Array | null): RulesDocument {
      if (bytes === null) throw new StoreError('missing', 'KV does not hold the rules');
      try {
        return keep(open(bytes));
      } catch (cause) {
        throw new StoreError('corrupt', 'the rules are not readable', { cause });
      }
    },
  };
  async function fromPostgres(scope: Scope): Promise<RulesDocument | null> {
    if (sql === null || clock.now() < askPostgresAt) return null;
    askPostgresAt = clock.now() + POSTGRES_TTLS * ttlMs;
    const [row] = z.array(Row).parse(await sql.rows(scope, RULES_SQL, []));
    return row === undefined ? null : keep(row.document);
  }
  async function fromStores(scope: Scope): Promise<ReadRules> {
    try {
      return { document: await reads.read(fromKv, scope), state: 'live' };
    } catch (error) {
      const document = await fromPostgres(scope).catch(() => null);
      if (document === null) return held();
      if (error instanceof StoreError && error.code === 'missing')
        scope.waitUntil(repair().catch(() => undefined));
      return { document, state: 'live' };
    }
  }
  const held = (): ReadRules => {
    if (known === null) return last;
    return { document: known, state: clock.now() - readAt < ttlMs ? 'live' : 'stale' };
  };

  return {
    held,
    recall: fromKv.recall,
    expire: () => {
      readAt = Number.NEGATIVE_INFINITY;
    },
    read({ scope }) {
      const document = fromKv.recall();
      return document === null ? scope.take(RULES_KEY, () => fromStores(scope)) : { document, state: 'live' };
    },
  };
}
