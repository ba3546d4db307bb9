import { z } from 'zod';
import type { Kind, RecordOf } from '../ingest/kinds.ts';
import type { ShopifyReading } from './shopify.ts';
import { CHANGED, MORE_LINES } from './shopifyQueries.ts';
import type { ShopifyNode } from './shopifyRecords.ts';
import type { SourcePage } from './source.ts';

const PageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() });
const Lines = z.object({ nodes: z.array(z.unknown()), pageInfo: PageInfo });
const Node = z.looseObject({ id: z.string(), updatedAt: z.string(), lineItems: Lines.optional() });
const Changed = z.looseObject({}).transform((data, issues) => {
  const answer = z.object({ nodes: z.array(Node), pageInfo: PageInfo }).safeParse(Object.values(data)[0]);
  if (answer.success) return answer.data;
  issues.addIssue({ code: 'custom', message: 'no list of changes' });
  return z.NEVER;
});
const MoreLines = z.object({ node: z.object({ lineItems: Lines }).nullable() });

interface ChangesCursor {
  /** When the latest order that is stored was changed. */
  readonly at: string;
  readonly done: boolean;
}

/**
 * What has changed, oldest change first, so that every page is a place to go on from: an order that changes
 * meanwhile comes again at the end. A little earlier than the last time ended, for what Shopify had not yet shown.
 */
export async function* readChanged<K extends Kind>(
  reading: ShopifyReading<K>,
  before: ChangesCursor,
): AsyncGenerator<SourcePage<RecordOf[K]>> {
  const { kind, ask, settings, page } = reading;
  const document: string | null = CHANGED[kind];
  if (document === null) return;
  const overlap = before.done ? settings.overlap_minutes * 60_000 : 0;
  const since = new Date(Date.parse(before.at) - overlap).toISOString();
  let after: string | null = null;
  let at = before.at;
  for (;;) {
    const variables: Readonly<Record<string, unknown>> = { query: `updated_at:>='${since}'`, after };
    const { nodes, pageInfo }: z.infer<typeof Changed> = await ask(document, variables, Changed);
    const whole: ShopifyNode[] = [];
    for (const node of nodes) whole.push({ root: node, children: await linesOf(node, reading) });
    const latest = nodes.at(-1)?.updatedAt;
    if (latest !== undefined && Date.parse(latest) > Date.parse(at)) at = latest;
    const done = !pageInfo.hasNextPage;
    yield { ...(await page(whole)), cursor: JSON.stringify({ phase: 'changes', at, done }) };
    if (done) return;
    after = pageInfo.endCursor ?? null;
  }
}

/** All lines of an order, also of one with more than come along with it. */
async function linesOf<K extends Kind>(
  node: z.infer<typeof Node>,
  { ask }: ShopifyReading<K>,
): Promise<unknown[]> {
  const lines = [...(node.lineItems?.nodes ?? [])];
  let info = node.lineItems?.pageInfo;
  while (info?.hasNextPage === true) {
    const more = await ask(MORE_LINES, { id: node.id, after: info.endCursor ?? null }, MoreLines);
    lines.push(...(more.node?.lineItems.nodes ?? []));
    info = more.node?.lineItems.pageInfo;
  }
  return lines;
}
