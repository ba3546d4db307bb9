import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { createCustomerKeyer } from '../../shared/identity/customerKey.ts';
import { AVAILABILITY_KEY, encodeAvailability } from '../../shared/overlay/availability.ts';
import { encodeRecent, RECENT_KEY } from '../../shared/overlay/recent.ts';
import { RULES_KEY } from '../../shared/rules/rulesDocument.ts';
import type { MadeAnswer } from '../answer.ts';
import type { PersonalAccess } from '../content/personalAccess.ts';
import { Incoming } from '../incoming.ts';
import { edgeOf, PATIENT } from '../testing/askEdge.ts';
import { TEST_KEY, USERS } from '../testing/sampleShop.ts';
import { makePointer, makeSnapshot, type SampleSnapshot } from '../testing/sampleSnapshot.ts';
import { createKeptAnswers } from './keptAnswers.ts';

const P = '/api/v1/personalize/recommendations';
const PATHS = [
  `${P}/user/ayesha?limit=6`,
  `${P}/user/bilal`,
  `${P}/user/nobody?limit=3`,
  `${P}/item-affinity/ayesha`,
  `${P}/next?user=ayesha&context=P-1`,
  `${P}/similar/P-1`,
  `${P}/cart?items=P-1,P-2&utm_source=mail`,
  `${P}/popular?category=Bedding`,
  `${P}/by-location`,
  `${P}/by-location?city=Lahore`,
  `${P}/page?slots=user:4,popular:3,by-location:2&user=ayesha`,
  `${P}/page?slots=similar:4,trending&items=P-3`,
];
const READ_KEY = 'a-read-key-of-many-characters-000001';
const KEYS = [
  { name: 'app', sha256: createHash('sha256').update(READ_KEY).digest('hex'), scopes: ['personal'] },
];
const PROOFS: Record<string, string>[] = [
  {},
  { authorization: `Bearer ${READ_KEY}` },
  { authorization: `Bearer ${READ_KEY}`, 'sec-gpc': '1' },
];
const PLACES = [{}, { country: 'PK', region: 'Punjab', city: 'Lahore' }, { country: 'PK', region: 'Sindh' }];
const TTL = 1_000;
const keyOf = createCustomerKeyer(TEST_KEY);

let snapshots: SampleSnapshot[];
beforeAll(async () => {
  const { ayesha, ...others } = USERS;
  snapshots = [await makeSnapshot(2), await makeSnapshot(3, others)];
});

/** A shop that changes, and two edges that read it at the same times: one keeps its answers. */
function twoEdges() {
  const values = new Map(snapshots.flatMap(({ values: all }) => [...all]));
  const put = ([key, value]: [string, Uint8Array]) => values.set(key, value);
  put(makePointer(2, null));
  let [now, version, isDown] = [Date.UTC(2026, 3, 1), 1, false];
  const clock = { now: () => now, after: () => () => undefined };
  const kv = {
    async get(key: string) {
      if (isDown) throw new Error('KV is down');
      const value = values.get(key);
      return value === undefined ? null : new Uint8Array(value).buffer;
    },
  };
  const env = {
    ...PATIENT,
    ...{ POINTER_TTL_MS: String(TTL), USER_READS: 'signed', READ_KEYS: JSON.stringify(KEYS) },
  };
  const keeping = edgeOf({ kv, clock, env });
  const plain = edgeOf({ kv, clock, env: { ...env, ANSWER_BYTES: '0' } });
  const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const rule = (item: number, from: number | null, until: number | null) => ({
    ...{ id: `r${item}`, effect: 'hide', items: [item], category: null, amount: 0 },
    ...{ placements: null, in_category: null, province: null, from, until },
  });
  return {
    keeping,
    plain,
    wait: (ms: number) => {
      now += ms;
    },
    publish: (id: number) => put(makePointer(id, id === 2 ? null : 2)),
    sellOut: (item: number) =>
      put([
        AVAILABILITY_KEY,
        encodeAvailability({ format: 1, version: ++version, as_of: '', changes: [[item, 0, null]] }),
      ]),
    buy: (item: number) =>
      put([
        RECENT_KEY,
        encodeRecent({ version: ++version, asOf: 0 }, [{ key: keyOf('ayesha'), items: [item] }]),
      ]),
    hide: (item: number, from: number | null, until: number | null) =>
      put([
        RULES_KEY,
        encode({
          ...{ format: 1, version: ++version, updated_at: null },
          rules: [rule(item, from && now + from, until && now + until)],
        }),
      ]),
    breakKv: (down: boolean) => {
      isDown = down;
    },
  };
}

describe('an answer that was kept', () => {
  test('is the one that would be made, whatever changes, whoever asks, from wherever', async () => {
    // Those that stand in many of the lists.
    const item = fc.constantFrom(2, 7, 8, 11, 12, 13);
    const soon = fc.option(fc.integer({ min: 1, max: 3 * TTL }));
    const change = fc.oneof(
      fc.record({ of: fc.constant('wait' as const), ms: fc.constantFrom(400, TTL, TTL) }),
      fc.record({ of: fc.constant('publish' as const), id: fc.constantFrom(2, 3) }),
      fc.record({ of: fc.constantFrom('sellOut' as const, 'buy' as const), item }),
      fc.record({ of: fc.constant('hide' as const), item, from: soon, until: soon }),
      fc.record({ of: fc.constant('breakKv' as const), down: fc.boolean() }),
    );
    const question = fc.record({
      at: fc.nat({ max: 1 }),
      headers: fc.constantFrom(...PROOFS),
      cf: fc.constantFrom(...PLACES),
    });
    const steps = fc.array(fc.tuple(fc.array(change, { maxLength: 2 }), question), {
      minLength: 5,
      maxLength: 40,
    });
    // Few addresses, so that the same is asked for before and after a change.
    const paths = fc.shuffledSubarray(PATHS, { minLength: 2, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(paths, steps, async (two, all) => {
        const shop = twoEdges();
        for (const [changes, { at, headers, cf }] of all) {
          const path = two[at] ?? '';
          for (const made of changes) {
            if (made.of === 'wait') shop.wait(made.ms);
            else if (made.of === 'publish') shop.publish(made.id);
            else if (made.of === 'hide') shop.hide(made.item, made.from, made.until);
            else if (made.of === 'breakKv') shop.breakKv(made.down);
            else shop[made.of](made.item);
          }
          const [kept, plain] = [
            await shop.keeping(path, { headers, cf }),
            await shop.plain(path, { headers, cf }),
          ];
          expect([kept.status, kept.text], path).toEqual([plain.status, plain.text]);
          expect([...kept.headers], path).toEqual([...plain.headers]);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('is out of date when the customer has bought something', async () => {
    const shop = twoEdges();
    const init = { headers: { authorization: `Bearer ${READ_KEY}` } };
    const names = async () =>
      (await shop.keeping(`${P}/user/ayesha`, init)).text.includes('{"product_id":"P-2"');
    expect([await names(), await names()]).toEqual([true, true]);
    shop.buy(2);
    shop.wait(TTL);
    expect([await names(), await names()]).toEqual([false, false]);
  });

  test('is out of date as soon as a rule begins or ends to hold', async () => {
    const shop = twoEdges();
    shop.hide(7, 300, 600);
    const names = async () => (await shop.keeping(`${P}/popular?limit=3`)).text.includes('"P-7"');
    const seen: boolean[] = [];
    for (const _ of [0, 300, 600]) {
      seen.push(await names(), await names());
      shop.wait(300);
    }
    expect(seen).toEqual([true, true, false, false, true, true]);
  });
});

describe('the memory of answers', () => {
  const answer: MadeAnswer = {
    ...{ body: new Uint8Array(100), etag: '"a"', shared: false, madeAt: 0, note: null },
  };
  const granted: PersonalAccess = {
    ...{ personal: true, purchaseReasons: true, warning: null, provenSource: null },
  };
  const incoming = new Incoming(new Request('https://edge.example/x'), 0);

  test('gives an answer again to who may see as much, as long as nothing has changed', async () => {
    let [edition, access] = [{ until: Number.POSITIVE_INFINITY }, granted];
    const kept = createKeptAnswers({
      editions: { shop: () => null, customers: () => edition },
      access: { of: async () => access },
      limitBytes: 10_000,
    });
    const shown = { userId: 'ayesha', idSource: null, access: granted };
    kept.keep(incoming, { placed: false, answer, shown, edition }, 0);
    expect(await kept.recall(incoming)).toBe(answer);
    access = { ...granted, purchaseReasons: false };
    expect(await kept.recall(incoming)).toBeNull();
    access = granted;
    edition = { ...edition };
    expect(await kept.recall(incoming)).toBeNull();
  });

  test('keeps no answer of an edition that has passed, and none that is very long', async () => {
    const edition = { until: Number.POSITIVE_INFINITY };
    const kept = createKeptAnswers({
      editions: { shop: () => edition, customers: () => null },
      access: { of: () => granted },
      limitBytes: 1_000_000,
    });
    kept.keep(incoming, { placed: false, answer, shown: null, edition: { ...edition } }, 0);
    expect(await kept.recall(incoming)).toBeNull();
    const long = { ...answer, body: new Uint8Array(100_000) };
    kept.keep(incoming, { placed: false, answer: long, shown: null, edition }, 0);
    expect(await kept.recall(incoming)).toBeNull();
    kept.keep(incoming, { placed: false, answer, shown: null, edition }, 0);
    expect(await kept.recall(incoming)).toBe(answer);
  });
});
