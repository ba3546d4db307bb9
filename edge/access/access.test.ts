import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { readConfig } from '../config.ts';
import { accessOf } from './access.ts';
import { signJwt } from './jwt.ts';
import { createAccessGuard } from './provenIdentity.ts';

const KEY = 'k'.repeat(40);
const APP_SECRET = 's'.repeat(32);
const READ_KEY = 'r'.repeat(43);
const NEXT_READ_KEY = 'q'.repeat(43);
const readKey = (key: string) => ({
  ...{ name: 'crm', sha256: createHash('sha256').update(key).digest('hex') },
  scopes: ['personal', 'analytics'],
});
const SHOP = 'example.myshopify.com';
const SETTINGS = {
  SHOPPER_TOKEN_KEYS: `${'n'.repeat(40)},${KEY}`,
  ...{ SHOPIFY_API_KEY: 'app', SHOPIFY_API_SECRET: APP_SECRET, SHOPIFY_SHOP: SHOP },
  READ_KEYS: JSON.stringify([readKey(READ_KEY), readKey(NEXT_READ_KEY)]),
};
const seconds = Math.floor(Date.now() / 1000);

function ask(path: string, headers: Record<string, string> = {}, env: Record<string, string> = {}) {
  const { config, problems } = readConfig({ ...SETTINGS, ...env });
  expect(problems).toEqual([]);
  const guard = createAccessGuard(config, systemClock);
  const request = new Request(`https://edge.example${path}`, { headers });
  return accessOf(request, guard, { userId: 'ayesha', idSource: null });
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** The example of docs/api.md, word for word. */
function shopperToken(customerId: string, secret: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ aud: 'recommendations', sub: customerId, exp: now + 900 })}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}

describe('signed reads', () => {
  test('are the default, and give nobody a personal list without proof', async () => {
    expect(await ask('/user/ayesha')).toMatchObject({
      personal: false,
      reasonsFromPurchases: false,
      note: 'not personal: a token of this customer is needed',
    });
  });

  test("accept the shop's own token, in the header or the address, under either secret", async () => {
    for (const secret of [KEY, 'n'.repeat(40)]) {
      const token = shopperToken('ayesha', secret);
      expect(await ask('/user/ayesha', bearer(token))).toMatchObject({
        personal: true,
        reasonsFromPurchases: true,
      });
      expect(await ask(`/user/ayesha?token=${token}`)).toMatchObject({ personal: true });
    }
  });

  test.each([
    ['of another customer', { aud: 'recommendations', sub: 'bilal', exp: seconds + 60 }],
    ['of another source', { aud: 'recommendations', sub: 'ayesha', src: 'erp', exp: seconds + 60 }],
    ['that has expired', { aud: 'recommendations', sub: 'ayesha', exp: seconds - 60 }],
    [
      'that is not valid yet',
      { aud: 'recommendations', sub: 'ayesha', exp: seconds + 600, nbf: seconds + 300 },
    ],
    ['without an end', { aud: 'recommendations', sub: 'ayesha' }],
    ['for longer than a day', { aud: 'recommendations', sub: 'ayesha', exp: seconds + 100_000 }],
    ['for another audience', { aud: 'else', sub: 'ayesha', exp: seconds + 60 }],
  ])('refuse a token %s', async (_, claims) => {
    expect(await ask('/', bearer(await signJwt(KEY, claims)))).toMatchObject({ personal: false });
  });

  test('refuse a token that was changed, is signed by somebody else, or names no algorithm', async () => {
    const token = shopperToken('bilal', KEY);
    const [head, , tail] = token.split('.');
    const body = Buffer.from(
      JSON.stringify({ aud: 'recommendations', sub: 'ayesha', exp: seconds + 60 }),
    ).toString('base64url');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const others = [
      `${head}.${body}.${tail}`,
      `${none}.${body}.`,
      shopperToken('ayesha', 'x'.repeat(40)),
      'a.b',
      '...',
    ];
    for (const other of others)
      expect((await ask('/', bearer(other))).note, other).toMatch(/not valid|needed/);
  });

  test('accept a read key with the scope, two of one client while one takes over, and no unknown one', async () => {
    for (const key of [READ_KEY, NEXT_READ_KEY]) {
      const { personal, scopes } = await ask('/', bearer(key));
      expect([personal, [...scopes]]).toEqual([true, ['personal', 'analytics']]);
    }
    expect(await ask('/', bearer('z'.repeat(43)))).toMatchObject({
      personal: false,
      note: 'not personal: the read key is not known',
    });
  });
});

describe('Shopify', () => {
  /** Values of one name are signed as one, joined by commas. */
  function proxied(query: Record<string, string | string[]>, secret = APP_SECRET): string {
    const all: Record<string, string | string[]> = {
      shop: SHOP,
      timestamp: String(seconds),
      path_prefix: '/apps/r',
      ...query,
    };
    const text = Object.entries(all)
      .map(([name, value]) => `${name}=${value}`)
      .sort()
      .join('');
    const signature = createHmac('sha256', secret).update(text).digest('hex');
    const pairs = Object.entries({ ...all, signature }).flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, value]),
    );
    return `/user/ayesha?${new URLSearchParams(pairs)}`;
  }
  const own = { SHOPIFY_ID_SOURCE: 'none' };

  test("is believed through its app proxy's signature", async () => {
    expect(await ask(proxied({ logged_in_customer_id: 'ayesha' }), {}, own)).toMatchObject({
      personal: true,
    });
    expect(await ask(proxied({ logged_in_customer_id: 'ayesha', items: ['1', '2'] }), {}, own)).toMatchObject(
      {
        personal: true,
      },
    );
    // Its ids are of the source shopify unless told otherwise: another source's ayesha is somebody else.
    expect(await ask(proxied({ logged_in_customer_id: 'ayesha' }))).toMatchObject({ personal: false });
    const refused = [
      proxied({ logged_in_customer_id: '' }),
      proxied({ logged_in_customer_id: 'bilal' }),
      proxied({ logged_in_customer_id: 'ayesha' }, 'x'.repeat(32)),
      proxied({ logged_in_customer_id: 'ayesha', shop: 'other-example.myshopify.com' }),
      proxied({ logged_in_customer_id: 'ayesha', timestamp: String(seconds - 3600) }),
      proxied({ logged_in_customer_id: 'ayesha', timestamp: 'soon' }),
      // One is the shopper's own addition.
      proxied({ logged_in_customer_id: ['ayesha', 'bilal'] }),
      proxied({ logged_in_customer_id: 'ayesha', timestamp: [String(seconds), String(seconds - 3600)] }),
      proxied({ logged_in_customer_id: 'ayesha', shop: [SHOP, 'other-example.myshopify.com'] }),
      proxied({ logged_in_customer_id: 'bilal' }).replace('id=bilal', 'id=ayesha'),
    ];
    for (const path of refused) expect(await ask(path, {}, own), path).toMatchObject({ personal: false });
  });

  test("is believed through a customer's session token, not a member of staff's or another shop's", async () => {
    const claims = {
      aud: 'app',
      dest: `https://${SHOP}`,
      exp: seconds + 60,
      nbf: seconds,
      sub: 'gid://shopify/Customer/7',
    };
    const asCustomer = async (changed: object) => {
      const { config } = readConfig({ ...SETTINGS, ...own });
      const token = await signJwt(APP_SECRET, { ...claims, ...changed });
      const request = new Request('https://edge.example/', { headers: bearer(token) });
      const guard = createAccessGuard(config, systemClock);
      return (await accessOf(request, guard, { userId: '7', idSource: null })).personal;
    };
    expect(await asCustomer({})).toBe(true);
    for (const wrong of [
      { sub: '7' },
      { aud: 'other' },
      { dest: 'https://other-example.myshopify.com' },
      { exp: seconds - 60 },
      { sub: 'gid://shopify/Customer/8' },
    ])
      expect(await asCustomer(wrong), JSON.stringify(wrong)).toBe(false);
  });
});

describe('open reads', () => {
  test('give a personal list to whoever knows the id, without telling of purchases', async () => {
    const open = { USER_READS: 'open' };
    expect(await ask('/', {}, open)).toMatchObject({ personal: true, reasonsFromPurchases: false });
    expect(await ask('/', bearer(shopperToken('ayesha', KEY)), open)).toMatchObject({
      reasonsFromPurchases: true,
    });
    expect(await ask('/', bearer(shopperToken('bilal', KEY)), open)).toMatchObject({
      reasonsFromPurchases: false,
    });
  });
});

test('nobody gets a personal list who wants none, whatever they may', async () => {
  const token = bearer(shopperToken('ayesha', KEY));
  for (const env of [{}, { USER_READS: 'open' }, { USER_READS: 'local', ENVIRONMENT: 'local' }]) {
    expect(await ask('/', { ...token, 'sec-gpc': '1' }, env)).toMatchObject({ personal: false });
    expect(await ask('/?consent=denied', token, env)).toMatchObject({ personal: false });
    expect(await ask('/?consent=granted', token, env)).toMatchObject({ personal: true });
  }
});

test('the setting for a laptop opens nothing anywhere else', async () => {
  expect(await ask('/', {}, { USER_READS: 'local', ENVIRONMENT: 'production' })).toMatchObject({
    personal: false,
  });
  expect(await ask('/', {}, { USER_READS: 'local', ENVIRONMENT: 'local' })).toMatchObject({
    personal: true,
    reasonsFromPurchases: true,
  });
});
