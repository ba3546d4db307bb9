import { expect, test } from 'vitest';
import { purgeSharedCaches } from './purgeSharedCaches.ts';

const purgingWith = (answer: () => Promise<Response>) => {
  const asked: { url: string; init: RequestInit }[] = [];
  const purging = {
    zoneId: 'zone-1',
    apiToken: 'secret',
    fetch: (url: string, init: RequestInit) => {
      asked.push({ url, init });
      return answer();
    },
  };
  return { asked, purging };
};

test('asks Cloudflare to forget the tagged answers of the zone', async () => {
  const { asked, purging } = purgingWith(async () => Response.json({ success: true, errors: [] }));
  expect(await purgeSharedCaches(purging)).toBeNull();
  expect(asked[0]?.url).toBe('https://api.cloudflare.com/client/v4/zones/zone-1/purge_cache');
  expect(asked[0]?.init).toMatchObject({
    method: 'POST',
    headers: { authorization: 'Bearer secret' },
    body: '{"tags":["recommendations"]}',
  });
});

test('says what went wrong, without the token, and never throws', async () => {
  const refused = { success: false, errors: [{ message: 'no permission' }] };
  for (const [answer, problem] of [
    [async () => Response.json(refused, { status: 403 }), 'no permission'],
    [async () => Response.json({ success: false }, { status: 500 }), 'status 500'],
    [async () => new Response('<html>'), 'JSON'],
    [() => Promise.reject(new Error('reset')), 'reset'],
  ] as const) {
    const said = await purgeSharedCaches(purgingWith(answer).purging);
    expect(said).toContain(problem);
    expect(said).not.toContain('secret');
  }
});
