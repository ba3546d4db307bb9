import type { Clock } from '../clock.ts';
import type { Edge } from '../edge.ts';
import type { RateLimit } from '../limits/rateLimit.ts';
import type { Rates } from '../observe/rates.ts';
import type { Caller } from '../stores/scope.ts';
import { type AdminKv, type AdminSql, openAdminKv, openAdminSql } from './adminStore.ts';
import { type Authenticate, createAuthenticate } from './authenticate.ts';
import { purgeAnswers } from './purgeAnswers.ts';

/** What the admin routes work with. */
export interface Administration {
  readonly edge: Edge;
  readonly clock: Clock;
  readonly authenticate: Authenticate;
  readonly sql: AdminSql;
  readonly kv: AdminKv;
  readonly rates: () => Rates;
  /** Makes shared caches forget answers that a change has outdated; in the background. */
  forgetAnswers(caller: Caller): void;
}

export interface AdministrationSettings {
  readonly edge: Edge;
  /** As bound; null when it is not. */
  readonly kv: AdminKv | null;
  readonly logins: RateLimit | null;
  readonly clock: Clock;
  readonly rates: () => Rates;
}

export function createAdministration(settings: AdministrationSettings): Administration {
  const { edge, kv, logins, clock, rates } = settings;
  const tokens = edge.config.ADMIN_TOKENS;
  return {
    edge,
    clock,
    authenticate: createAuthenticate({ tokens, logins, clock }),
    sql: openAdminSql(edge.config, clock),
    kv: openAdminKv(kv),
    rates,
    forgetAnswers: (caller) => caller.waitUntil(purgeAnswers(edge.config, clock)),
  };
}
