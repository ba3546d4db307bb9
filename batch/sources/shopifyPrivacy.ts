import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

const Id = z.union([z.string(), z.number()]).transform(String);
const Customer = z.object({ id: Id });
const OfShop = z.object({ shop_domain: z.string() });

/** What Shopify's three mandatory privacy webhooks say (shopify.dev, "Privacy law compliance"). */
const TOPICS = {
  'customers/redact': z.object({
    shop_domain: z.string(),
    customer: Customer,
    orders_to_redact: z.array(Id).default([]),
  }),
  'customers/data_request': z.object({
    shop_domain: z.string(),
    customer: Customer,
    orders_requested: z.array(Id).default([]),
    data_request: z.object({ id: Id }),
  }),
  'shop/redact': z.object({ shop_domain: z.string() }),
} as const;

/** Who does what the webhooks ask for; ids are Shopify's, aliases of the source of that shop. */
export interface PrivacyHandlers {
  /** Everything of a customer is to be erased. */
  redactCustomer(request: z.infer<(typeof TOPICS)['customers/redact']>): Promise<void>;
  /** What is stored of a customer is to be given to the shop's owner. */
  reportCustomer(request: z.infer<(typeof TOPICS)['customers/data_request']>): Promise<void>;
  /** The shop has removed the app: all of its customers are to be erased. */
  redactShop(request: z.infer<(typeof TOPICS)['shop/redact']>): Promise<void>;
}

interface Webhook {
  /** Header X-Shopify-Shop-Domain. Not signed: the content, which is, must name the same shop. */
  readonly domain: string;
  /** Header X-Shopify-Topic. */
  readonly topic: string;
  /** Header X-Shopify-Hmac-Sha256. */
  readonly signature: string;
  /** As it came, byte by byte. */
  readonly body: Uint8Array;
}

/** What is to be answered: Shopify asks again for anything but 2xx, and expects 401 for a wrong signature. */
type PrivacyAnswer = { readonly status: 200 | 400 | 401 | 404 };

/**
 * Verifies a privacy webhook and has done what it asks for. A handler that fails lets the request fail, so that
 * Shopify sends it again: handlers must bear that.
 * @param secret the app's client secret
 */
export async function handlePrivacyWebhook(
  webhook: Webhook,
  { secret, handlers }: { readonly secret: string; readonly handlers: PrivacyHandlers },
): Promise<PrivacyAnswer> {
  if (!isGenuine(webhook, secret)) return { status: 401 };
  const { topic, domain } = webhook;
  if (!Object.hasOwn(TOPICS, topic)) return { status: 404 };
  const content = parse(webhook.body);
  const meant = OfShop.safeParse(content).data?.shop_domain ?? domain;
  if (meant !== domain) return { status: 401 };
  if (topic === 'customers/redact') {
    const request = TOPICS[topic].safeParse(content);
    if (request.success) await handlers.redactCustomer(request.data);
    return { status: request.success ? 200 : 400 };
  }
  if (topic === 'customers/data_request') {
    const request = TOPICS[topic].safeParse(content);
    if (request.success) await handlers.reportCustomer(request.data);
    return { status: request.success ? 200 : 400 };
  }
  const request = TOPICS['shop/redact'].safeParse(content);
  if (request.success) await handlers.redactShop(request.data);
  return { status: request.success ? 200 : 400 };
}

/** HMAC-SHA-256 of the body under the app's secret, in base64; compared in constant time. */
function isGenuine({ signature, body }: Webhook, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(body).digest();
  const given = Buffer.from(signature, 'base64');
  return secret !== '' && given.length === expected.length && timingSafeEqual(given, expected);
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}
