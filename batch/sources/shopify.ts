import { z } from 'zod';
import { BatchError } from '../errors.ts';
import type { Kind, RecordOf } from '../ingest/kinds.ts';
import { readJsonPage } from './jsonPage.ts';
import { awaitBulk, readBulk, startBulk } from './shopifyBulk.ts';
import { readChanged } from './shopifyChanges.ts';
import { type AskShopify, createShopifyClient } from './shopifyClient.ts';
import { BULK, INSTALLATION } from './shopifyQueries.ts';
import { SHOPIFY_MAPPING, type ShopifyNode, shopifyRecord } from './shopifyRecords.ts';
import type { ShopifySettings } from './shopifySettings.ts';
import type { Reading, Source, SourceContext, SourcePage } from './source.ts';

/** Objects of a bulk result that are stored together. */
const PER_PAGE = 1000;

/** In the middle of a first load: which operation, and how many lines of its result are stored; later, since when. */
const ShopifyCursor = z.discriminatedUnion('phase', [
  z.object({ phase: z.literal('bulk'), id: z.string(), started: z.number(), lines: z.int() }),
  z.object({ phase: z.literal('changes'), at: z.string(), done: z.boolean() }),
]);
type ShopifyCursor = z.infer<typeof ShopifyCursor>;
type BulkCursor = Extract<ShopifyCursor, { phase: 'bulk' }>;

export interface ShopifyReading<K extends Kind> {
  readonly kind: K;
  readonly ask: AskShopify;
  readonly settings: ShopifySettings;
  readonly context: SourceContext;
  /** Turns objects into records. */
  readonly page: (nodes: readonly ShopifyNode[]) => Promise<SourcePage<RecordOf[K]>>;
}

/**
 * A shop on Shopify. Orders and customers come by a bulk operation first, then by what has changed; products by a
 * bulk operation each time: only a whole list shows what was deleted, and stock changes without a trace.
 */
export function createShopifySource(name: string, settings: ShopifySettings, context: SourceContext): Source {
  const ask = createShopifyClient(name, settings, context);
  let shopCurrency: string | null = null;
  const read = <K extends Kind>(kind: K): Reading<RecordOf[K]> =>
    async function* (cursor) {
      // Only what was learnt is kept: a shop that did not answer is asked again.
      shopCurrency ??= await checkInstallation(name, ask, context);
      const currency = shopCurrency;
      const page = (nodes: readonly ShopifyNode[]) =>
        readJsonPage(
          nodes.map((node) => shopifyRecord(kind, node, currency)),
          { kind, mapping: SHOPIFY_MAPPING, context },
        );
      const reading = { kind, ask, settings, context, page };
      const before = cursor === null || kind === 'products' ? null : ShopifyCursor.parse(JSON.parse(cursor));
      if (before?.phase === 'changes') yield* readChanged(reading, before);
      else yield* readAll(reading, before);
    };
  return { name, products: read('products'), customers: read('customers'), orders: read('orders') };
}

const Installation = z.object({
  currentAppInstallation: z.object({ accessScopes: z.array(z.object({ handle: z.string() })) }),
  shop: z.object({ currencyCode: z.string() }),
});
const SCOPES = ['read_products', 'read_customers', 'read_orders'];
const VISIBLE_DAYS = 60;

/** @returns the shop's currency. @throws BatchError shopify_scopes */
async function checkInstallation(
  name: string,
  ask: AskShopify,
  { now, note }: SourceContext,
): Promise<string> {
  const { currentAppInstallation, shop } = await ask(INSTALLATION, {}, Installation);
  const granted = new Set(currentAppInstallation.accessScopes.map(({ handle }) => handle));
  // To write implies to read.
  const missing = SCOPES.filter(
    (scope) => !granted.has(scope) && !granted.has(scope.replace('read_', 'write_')),
  );
  if (missing.length > 0) {
    throw new BatchError({
      code: 'shopify_scopes',
      message: `${name}: the app lacks the scopes ${missing.join(', ')}.`,
      remedy: 'Add them to the app, release and install it again; docs/sources.md lists all of them.',
      final: true,
    });
  }
  if (!granted.has('read_all_orders')) {
    const reached = new Date(now() - VISIBLE_DAYS * 86_400_000).toISOString().slice(0, 10);
    note(
      `only orders since ${reached} are visible: without the scope read_all_orders Shopify shows the last ${VISIBLE_DAYS} days; load older ones from an export (files)`,
    );
  }
  return shop.currencyCode;
}

async function* readAll<K extends Kind>(
  reading: ShopifyReading<K>,
  before: BulkCursor | null,
): AsyncGenerator<SourcePage<RecordOf[K]>> {
  const { kind, ask, context } = reading;
  for (let resumed = before; ; resumed = null) {
    const started = resumed?.started ?? context.now();
    const id = resumed?.id ?? (await startBulk(ask, BULK[kind], context));
    const cursorAt = (lines: number) =>
      JSON.stringify({ phase: 'bulk', id, started, lines } satisfies ShopifyCursor);
    // A process that dies while the operation runs waits for the same one again.
    if (resumed === null) yield { records: [], rejects: [], cursor: cursorAt(0) };
    try {
      const result = await awaitBulk(ask, id, context);
      if (result === null && resumed !== null) continue;
      if (result === null) throw givenUp();
      const { url, objects } = result;
      if (url !== null) yield* readResult({ ...reading, url, objects, skip: resumed?.lines ?? 0, cursorAt });
      const at = new Date(started).toISOString();
      const cursor = JSON.stringify({ phase: 'changes', at, done: true } satisfies ShopifyCursor);
      yield { records: [], rejects: [], cursor, complete: kind === 'products' };
      return;
    } catch (error) {
      // Results are kept for seven days only.
      if (resumed === null || !(error instanceof BatchError) || error.code !== 'shopify_gone') throw error;
    }
  }
}

interface ResultReading<K extends Kind> extends ShopifyReading<K> {
  readonly url: string;
  readonly objects: number;
  readonly skip: number;
  readonly cursorAt: (lines: number) => string;
}

async function* readResult<K extends Kind>(
  reading: ResultReading<K>,
): AsyncGenerator<SourcePage<RecordOf[K]>> {
  const { page, context, objects, cursorAt } = reading;
  let nodes: ShopifyNode[] = [];
  let stored = reading.skip;
  for await (const { node, lines } of readBulk(reading, context)) {
    nodes.push(node);
    stored = lines;
    if (nodes.length < PER_PAGE) continue;
    yield { ...(await page(nodes)), cursor: cursorAt(stored), total: objects };
    nodes = [];
  }
  if (nodes.length > 0) yield { ...(await page(nodes)), cursor: cursorAt(stored), total: objects };
}

function givenUp(): BatchError {
  return new BatchError({
    code: 'shopify_bulk',
    message: "Shopify's bulk operation was cancelled before it had ended.",
    remedy: 'Run the sync again; see in the shop whether another person or app cancels it.',
  });
}
