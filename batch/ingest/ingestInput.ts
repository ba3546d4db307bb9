import { z } from 'zod';
import { BatchError, EXIT } from '../errors.ts';

const Path = z.string().min(1).nullable().default(null);
const SourceName = z.string().regex(/^[\w.-]{1,64}$/, 'letters, digits, dot, dash and underscore only');

/** Files to load, as paths; null for none. */
export const IngestInput = z
  .object({
    orders: Path,
    products: Path,
    customers: Path,
    mapping: Path,
    /** Where rejected rows are written, replacing a file of an earlier ingest. */
    rejects: Path,
    /** Where the list of suspected non-merchandise is written. */
    suspects: Path,
    /** Such a list, edited, or any list of product ids: never train on them, never recommend them. */
    notRecommendable: Path,
    /** Whether certain non-merchandise is listed without asking when first seen. */
    listCertain: z.boolean().default(true),
    /** Which system the ids are of. */
    source: SourceName.default('file'),
    /** Another source whose customer ids are meant; null: as before, at first the source's own. */
    sameCustomerIdsAs: SourceName.nullable().default(null),
    /** Whether its product ids mean others than the same ids of other sources. */
    ownProductIds: z.boolean().default(false),
  })
  .refine(
    (input) => (input.orders ?? input.products ?? input.customers) !== null,
    'no file to load was named',
  );
export type IngestInput = z.infer<typeof IngestInput>;

/** @throws BatchError ingest_input */
export function readIngestInput(input: z.input<typeof IngestInput>): IngestInput {
  const result = IngestInput.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`.trim());
  throw new BatchError({
    code: 'ingest_input',
    message: `The ingest cannot start: ${problems.join('; ')}.`,
    remedy: result.error.issues.some((issue) => issue.path[0] === 'source')
      ? 'Give --source a name of 1 to 64 letters, digits, dots, dashes and underscores, such as till-2.'
      : 'Name at least one of --orders, --products, --customers; see `batch ingest --help`.',
    exitCode: EXIT.usage,
  });
}
