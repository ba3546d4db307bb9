import { z } from 'zod';
import { BatchError } from '../errors.ts';
import type { AskShopify } from './shopifyClient.ts';
import { BULK_STATE, START_BULK } from './shopifyQueries.ts';
import type { ShopifyNode } from './shopifyRecords.ts';
import type { SourceContext } from './source.ts';

const FIRST_POLL_MS = 1_000;
const LONGEST_POLL_MS = 30_000;
/** Shopify ends operations after ten days. */
const LONGEST_MS = 10 * 86_400_000;
const DOWNLOAD_TRIES = 5;

const Started = z.object({
  bulkOperationRunQuery: z.object({
    bulkOperation: z.object({ id: z.string() }).nullable(),
    userErrors: z.array(z.object({ message: z.string(), code: z.string().nullish() })),
  }),
});
const State = z.object({
  node: z
    .object({
      status: z.string(),
      errorCode: z.string().nullish(),
      objectCount: z.coerce.number(),
      url: z.string().nullish(),
    })
    .nullable(),
});

/** What a finished operation has left: null url: there was nothing. */
export interface BulkResult {
  readonly url: string | null;
  /** Lines of the file. */
  readonly objects: number;
}

/** Starts an operation, after one that is under way. @returns its id */
export async function startBulk(ask: AskShopify, query: string, context: SourceContext): Promise<string> {
  const until = context.now() + LONGEST_MS;
  for (let wait = FIRST_POLL_MS; ; wait = Math.min(wait * 2, LONGEST_POLL_MS)) {
    const { bulkOperation, userErrors } = (await ask(START_BULK, { query }, Started)).bulkOperationRunQuery;
    if (bulkOperation !== null && userErrors.length === 0) return bulkOperation.id;
    const [error] = userErrors;
    const busy = /already in progress|OPERATION_IN_PROGRESS/i.test(`${error?.code} ${error?.message}`);
    if (!busy || context.now() > until)
      throw bulkFailed(`it is not started: ${error?.message ?? 'no reason given'}`);
    await context.sleep(wait);
  }
}

/** Waits for an operation. @returns null when it was given up or its result has expired: start another */
export async function awaitBulk(
  ask: AskShopify,
  id: string,
  context: SourceContext,
): Promise<BulkResult | null> {
  for (let wait = FIRST_POLL_MS; ; wait = Math.min(wait * 2, LONGEST_POLL_MS)) {
    const { node } = await ask(BULK_STATE, { id }, State);
    if (node === null || node.status === 'CANCELED' || node.status === 'EXPIRED') return null;
    if (node.status === 'FAILED') throw bulkFailed(`it failed: ${node.errorCode ?? 'no reason given'}`);
    if (node.status === 'COMPLETED') return { url: node.url ?? null, objects: node.objectCount };
    await context.sleep(wait);
  }
}

function bulkFailed(what: string): BatchError {
  return new BatchError({
    code: 'shopify_bulk',
    message: `Shopify's bulk operation: ${what}.`,
    remedy: 'Try again; with ACCESS_DENIED, grant the app the scopes that docs/sources.md lists.',
  });
}

interface Download extends BulkResult {
  readonly url: string;
  /** Lines that are stored already. */
  readonly skip: number;
}

/**
 * The objects of a result with their children, which follow them, and the number of lines read with each. A
 * download that breaks off goes on with the first object that has not been given.
 * @throws BatchError source_down; shopify_gone when the address has expired
 */
export async function* readBulk(
  { url, objects, skip }: Download,
  context: SourceContext,
): AsyncGenerator<{ node: ShopifyNode; lines: number }> {
  let given = skip;
  let tries = 0;
  for (;;) {
    try {
      let root: { id: string; value: unknown; children: unknown[] } | null = null;
      let line = 0;
      for await (const object of downloadLines(url, context)) {
        line++;
        if (line <= given) continue;
        const parent = object['__parentId'];
        if (root !== null && parent === undefined) {
          yield { node: { root: root.value, children: root.children }, lines: line - 1 };
          given = line - 1;
          tries = 0;
        }
        if (parent === undefined) root = { id: String(object['id']), value: object, children: [] };
        else if (root !== null && root.id === parent) root.children.push(object);
        else throw bulkFailed('the lines of its result do not follow their order');
      }
      if (line < objects) throw new Error(`the result breaks off after ${line} of ${objects} objects`);
      if (root !== null) yield { node: { root: root.value, children: root.children }, lines: line };
      return;
    } catch (error) {
      context.signal.throwIfAborted();
      if (error instanceof BatchError) throw error;
      if (++tries > DOWNLOAD_TRIES) throw downloadDown(error);
      await context.sleep(FIRST_POLL_MS * 2 ** tries);
    }
  }
}

async function* downloadLines(
  url: string,
  { signal }: SourceContext,
): AsyncGenerator<Record<string, unknown>> {
  // The address is signed: it is given no token.
  const answer = await fetch(url, { signal });
  if ([403, 404, 410].includes(answer.status)) throw gone();
  if (!answer.ok) throw new Error(`the result's address answers ${answer.status}`);
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of answer.body ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line);
  }
  if (rest.trim() !== '') yield JSON.parse(rest);
}

function gone(): BatchError {
  return new BatchError({
    code: 'shopify_gone',
    message: "The result of Shopify's bulk operation has expired.",
    remedy: 'The next sync starts another.',
  });
}

function downloadDown(cause: unknown): BatchError {
  return new BatchError({
    code: 'source_down',
    message: `The result of Shopify's bulk operation cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
    remedy: 'The next sync goes on where this one stopped.',
    cause,
  });
}
