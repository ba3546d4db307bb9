import { createHash } from 'node:crypto';
import type { AdminKv } from '../admin/adminStore.ts';
import { systemClock } from '../clock.ts';
import { createService, type Service, type ServiceSettings } from '../service.ts';
import type { KvNamespace } from '../stores/kvReads.ts';
import { PATIENT } from './askEdge.ts';
import { DEFAULTS } from './sampleShop.ts';

const TOKENS = {
  viewer: 'viewer-token-of-many-characters-0001',
  merchandiser: 'merchandiser-token-many-characters-1',
  operator: 'operator-token-of-many-characters-01',
} as const;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** What an administered Worker is given beside what it needs for reads. */
export const ADMINISTERED = {
  ...PATIENT,
  LOG_SAMPLE: '0',
  ADMIN_TOKENS: JSON.stringify(
    Object.entries(TOKENS).map(([role, token]) => ({ name: `the ${role}`, role, sha256: sha256(token) })),
  ),
  DRILL_KEY: 'drill-key-of-at-least-32-characters',
};

/** KV in memory that can be written, as the runtime's can. */
export class MemoryKv implements KvNamespace, AdminKv {
  readonly values = new Map<string, Uint8Array>();
  /** Called before each write; may wait or throw. */
  onPut: (key: string, value: string) => Promise<void> = async () => undefined;

  async get(key: string): Promise<ArrayBuffer | null> {
    const value = this.values.get(key);
    return value === undefined ? null : new Uint8Array(value).buffer;
  }
  async put(key: string, value: string): Promise<void> {
    await this.onPut(key, value);
    this.values.set(key, new TextEncoder().encode(value));
  }
  json(key: string): unknown {
    const value = this.values.get(key);
    return value === undefined ? null : JSON.parse(new TextDecoder().decode(value));
  }
}

export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

export interface AskService {
  (path: string, init?: RequestInit): Promise<ServiceAnswer>;
  readonly service: Service;
}

/** A whole Worker in this process. */
export function serviceOf(settings: Partial<ServiceSettings>): AskService {
  const service = createService({
    env: ADMINISTERED,
    kv: null,
    adminKv: null,
    limits: { reads: null, bulk: null, admin: null, logins: null },
    analytics: null,
    bundled: DEFAULTS,
    clock: systemClock,
    random: () => 0.5,
    ...settings,
  });
  const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} };
  const ask = async (path: string, init?: RequestInit): Promise<ServiceAnswer> => {
    const response = await service.fetch(new Request(`https://edge.example${path}`, init), context);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : null,
    };
  };
  return Object.assign(ask, { service });
}

/** A request of the administration. */
export function as(
  role: keyof typeof TOKENS,
  init: { method?: string; body?: unknown; version?: number } = {},
) {
  const headers: Record<string, string> = { authorization: `Bearer ${TOKENS[role]}` };
  if (init.version !== undefined) headers['if-match'] = `"${init.version}"`;
  return {
    method: init.method ?? (init.body === undefined ? 'GET' : 'POST'),
    headers,
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  };
}
