import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { handlePrivacyWebhook, type PrivacyHandlers } from './shopifyPrivacy.ts';

const secret = 'shpss_test';
const shop_domain = 'my-example.myshopify.com';

function send(topic: string, content: object | string, change: { secret?: string; signature?: string } = {}) {
  const done: string[] = [];
  const handlers: PrivacyHandlers = {
    redactCustomer: async ({ customer, orders_to_redact }) =>
      void done.push(`erase ${customer.id} ${orders_to_redact}`),
    reportCustomer: async ({ customer, data_request }) =>
      void done.push(`report ${customer.id} ${data_request.id}`),
    redactShop: async ({ shop_domain }) => void done.push(`erase all of ${shop_domain}`),
  };
  const body = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
  const signature = change.signature ?? createHmac('sha256', secret).update(body).digest('base64');
  const answer = handlePrivacyWebhook(
    { domain: shop_domain, topic, signature, body },
    { secret: change.secret ?? secret, handlers },
  );
  return answer.then(({ status }) => ({ status, done }));
}

describe("Shopify's privacy webhooks", () => {
  it('are handed to who erases and reports, with ids as texts', async () => {
    const redact = { shop_domain, customer: { id: 191167, email: 'x' }, orders_to_redact: [299938, 280263] };
    expect(await send('customers/redact', redact)).toEqual({
      status: 200,
      done: ['erase 191167 299938,280263'],
    });
    const data = { shop_domain, customer: { id: 191167 }, data_request: { id: 9999 } };
    expect(await send('customers/data_request', data)).toEqual({ status: 200, done: ['report 191167 9999'] });
    expect(await send('shop/redact', { shop_domain })).toEqual({
      status: 200,
      done: [`erase all of ${shop_domain}`],
    });
  });

  it.each([
    ['another signature', { signature: Buffer.alloc(32).toString('base64') }],
    ['no signature', { signature: '' }],
    ['a secret that is not set', { secret: '' }],
  ])('do nothing with %s', async (_, change) => {
    expect(await send('shop/redact', { shop_domain }, change)).toEqual({ status: 401, done: [] });
  });

  it('do nothing with another topic or content', async () => {
    expect(await send('orders/create', {})).toEqual({ status: 404, done: [] });
    expect(await send('customers/redact', { shop_domain })).toEqual({ status: 400, done: [] });
    expect(await send('shop/redact', 'no json')).toEqual({ status: 400, done: [] });
  });
});
