import * as z from 'zod';
import { lazily } from '../../shared/lazily.ts';
import { Manifest, manifestKey, POINTER_KEY, Pointer } from '../../shared/snapshot/manifest.ts';
import type { Administration } from '../admin/administration.ts';
import { type AdminKv, FRESH } from '../admin/adminStore.ts';
import { type Alarm, sendAlarms } from '../observe/webhook.ts';
import { repairMirror } from '../rules/mirrorRules.ts';
import { jsonOf } from '../stores/json.ts';

const HOUR_MS = 3_600_000;
/** A publication tells KV within minutes of declaring itself live. */
const DECLARED_MS = 15 * 60_000;

/** Looks at what nobody would notice: an old snapshot, orders that stopped coming, a lost mirror. Never throws. */
export async function inspect(admin: Administration): Promise<void> {
  const { config } = admin.edge;
  const now = admin.clock.now();
  const found = await readPointer(admin.kv);
  const alarms: Alarm[] = [...snapshotAlarms(found, now, config.MAX_SNAPSHOT_AGE_DAYS)];
  let mirror: 'sound' | 'repaired' | 'unknown' = 'unknown';
  if (config.DATABASE_URL !== null) {
    try {
      alarms.push(...(await databaseAlarms(admin, found.pointer, now)));
      mirror = await mirrorState(admin);
    } catch (error) {
      console.error('the hourly look failed', error);
      alarms.push({
        code: 'postgres_unreachable',
        message: 'Postgres cannot be read: behind KV there are only the bundled defaults',
        remedy: 'check the database and DATABASE_URL',
      });
    }
  }
  console.log(JSON.stringify({ t: 'hourly', alarms: alarms.map(({ code }) => code), mirror }));
  await sendAlarms(config, alarms, config.VERSION);
}

/** Repairs the mirror of the rules. What fails now is tried again in an hour: Postgres has just answered. */
async function mirrorState({ sql, kv }: Administration): Promise<'sound' | 'repaired' | 'unknown'> {
  try {
    return await repairMirror(sql, kv);
  } catch (error) {
    console.error('the mirror of the rules could not be looked at', error);
    return 'unknown';
  }
}

interface Live {
  readonly pointer: Pointer | null;
  /** When the live snapshot was made, milliseconds since 1970. */
  readonly made: number | null;
}

async function readPointer(kv: AdminKv): Promise<Live> {
  try {
    const bytes = await kv.get(POINTER_KEY, FRESH);
    if (bytes === null) return { pointer: null, made: null };
    const pointer = Pointer.parse(jsonOf(new Uint8Array(bytes)));
    const manifest = await kv.get(manifestKey(pointer.live), FRESH);
    if (manifest === null) return { pointer, made: null };
    return { pointer, made: Date.parse(Manifest.parse(jsonOf(new Uint8Array(manifest))).generated_at) };
  } catch {
    return { pointer: null, made: null };
  }
}

function snapshotAlarms({ pointer, made }: Live, now: number, mostDays: number): Alarm[] {
  if (pointer === null || made === null)
    return [
      {
        code: 'no_live_snapshot',
        message: 'KV gives no live snapshot',
        remedy: 'run batch publish: it writes again what KV lacks',
      },
    ];
  const days = (now - made) / (24 * HOUR_MS);
  if (days <= mostDays) return [];
  return [
    {
      code: 'stale_snapshot',
      message: `the live snapshot is ${days.toFixed(1)} days old, more than ${mostDays}`,
      remedy: 'run batch status: it names the last run and why it ended',
    },
  ];
}

const Facts = lazily(() =>
  z.object({
    generation: z.coerce.number(),
    published_at: z.coerce.number().nullable(),
    sources: z.array(z.object({ source: z.string(), synced: z.number().nullable() })),
  }),
);
const FACTS = `SELECT l.generation, extract(epoch FROM l.published_at)::float8 * 1000 AS published_at,
    coalesce((SELECT jsonb_agg(jsonb_build_object('source', source,
      'synced', extract(epoch FROM last_success_at) * 1000)) FROM sync_state), '[]') AS sources
  FROM live_pointer l`;

async function databaseAlarms(admin: Administration, pointer: Pointer | null, now: number): Promise<Alarm[]> {
  const [facts] = await admin.sql.rows(Facts(), FACTS, []);
  if (facts === undefined) return [];
  const alarms: Alarm[] = [];
  const settled = facts.published_at !== null && now - facts.published_at > DECLARED_MS;
  if (pointer !== null && settled && pointer.generation !== facts.generation)
    alarms.push({
      code: 'pointer_differs',
      message: `KV points to generation ${pointer.generation}, Postgres means ${facts.generation}`,
      remedy: 'run batch publish: it moves KV to what Postgres means',
    });
  const most = admin.edge.config.MAX_SYNC_AGE_HOURS;
  for (const { source, synced } of facts.sources) {
    const hours = synced === null ? Number.POSITIVE_INFINITY : (now - synced) / HOUR_MS;
    if (hours > most)
      alarms.push({
        code: 'stale_sync',
        message: `no orders of ${source} for ${Number.isFinite(hours) ? hours.toFixed(0) : 'unknown'} hours`,
        remedy: `run batch sync, and look at the log of its schedule; MAX_SYNC_AGE_HOURS is ${most}`,
      });
  }
  return alarms;
}
