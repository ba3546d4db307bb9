import { decodeItemList } from '../../shared/snapshot/itemList.ts';
import { cityList, OVERALL_LIST, provinceList } from '../../shared/snapshot/listKeys.ts';
import { Manifest, manifestKey, type TableName } from '../../shared/snapshot/manifest.ts';
import { openRecordTable } from '../../shared/snapshot/recordTable.ts';
import { decodeUserRecord } from '../../shared/snapshot/userRecord.ts';
import { jsonOf } from '../stores/json.ts';
import type { Reader } from '../stores/ladder.ts';
import { settled } from '../stores/suspend.ts';
import type { Administration } from './administration.ts';
import { FRESH, unavailable } from './adminStore.ts';

/** A list of the live snapshot, and what rules may depend on. */
export interface SampledList {
  readonly items: readonly number[];
  readonly province: string | null;
  /** The product the list is about. */
  readonly seed: number | null;
}

export interface Sample {
  readonly snapshot: number;
  readonly users: readonly SampledList[];
  readonly similar: readonly SampledList[];
  /** One list a place: what is popular there. */
  readonly places: readonly SampledList[];
}

const PARTS = { users: 4, similar: 2 } as const;
const RECORDS_PER_PART = 200;
const MOST_PLACES = 100;

/** A sample of the live snapshot's lists, evenly over a few parts. Throws ProblemError `unavailable`. */
export async function sampleLists(admin: Administration, reader: Reader): Promise<Sample> {
  const { reads, memory, pointer } = admin.edge.stores;
  const { live } = await pointer.read(reader.scope).catch(() => {
    throw unavailable('KV gives no live snapshot to look at');
  });
  const manifest = await readManifest(admin, live);
  const { value: places } = await settled(() => reader.read('places', (store) => store.places()));
  const layout = manifest.layout;

  async function records(table: TableName, most: number): Promise<{ low: number; record: Uint8Array }[]> {
    const parts = evenly(manifest.tables[table] ?? [], most);
    const tables = await Promise.all(
      parts.map(({ key }) => reads.read(memory.reading(key, openRecordTable), reader.scope)),
    ).catch(() => {
      throw unavailable('KV does not give the lists to look at');
    });
    return tables.flatMap(({ count, lows, records: bytes, recordBytes }) =>
      evenly(
        Array.from({ length: count }, (_, i) => i),
        RECORDS_PER_PART,
      ).map((at) => ({
        low: lows[at] ?? 0,
        record: bytes.subarray(at * recordBytes, (at + 1) * recordBytes),
      })),
    );
  }

  const users = await records('users', PARTS.users);
  const similar = await records('similar', PARTS.similar);
  return {
    snapshot: live,
    users: users.map(({ record }) => {
      const user = decodeUserRecord(record, layout);
      return { items: user.items, province: places[user.place - 1]?.[0] ?? null, seed: null };
    }),
    similar: similar.map(({ low, record }) => {
      const { items } = decodeItemList(record, layout.item_width);
      return { items, province: null, seed: low };
    }),
    places: await popularLists(reader, places),
  };
}

async function readManifest({ kv }: Administration, id: number): Promise<Manifest> {
  const bytes = await kv.get(manifestKey(id), FRESH).catch(() => null);
  if (bytes === null) throw unavailable(`KV does not give the manifest of snapshot ${id}`);
  return Manifest.parse(jsonOf(new Uint8Array(bytes)));
}

async function popularLists(
  reader: Reader,
  places: readonly (readonly [string | null, string | null])[],
): Promise<SampledList[]> {
  const named = evenly(places, MOST_PLACES).flatMap(([province, city]) =>
    province === null
      ? []
      : [{ province, name: city === null ? provinceList(province) : cityList(province, city) }],
  );
  const asked: { province: string | null; name: string }[] = [
    { province: null, name: OVERALL_LIST },
    ...named,
  ];
  const names = asked.map(({ name }) => name);
  const { value } = await settled(() => reader.read('popular', (store) => store.popular(names)));
  return asked.flatMap(({ province }, i) => {
    const list = value[i] ?? null;
    return list === null ? [] : [{ items: list.items, province, seed: null }];
  });
}

/** At most so many, evenly spread. */
function evenly<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  return Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)] as T);
}
