import type { Evidence } from '../evidence/readEvidence.ts';
import { newTally, readSegments } from '../personalize/outputLines.ts';
import type { StepContext } from '../steps/step.ts';
import { listObjects } from '../storage/objectStore.ts';
import { outputPrefix } from '../storage/paths.ts';
import { type AffinityTable, createAffinityTable } from './affinityTable.ts';

/** Turns item-affinity's segments round. Empty when segments are off or gave nothing. */
export async function readAffinity(
  context: StepContext,
  { customers, products }: Evidence,
  capacity: number,
): Promise<AffinityTable> {
  const table = createAffinityTable(customers.maxCustomer, capacity);
  const prefix = outputPrefix(context.config, context.outputsOf, 'item-affinity');
  const outputs = await listObjects(context.s3, prefix);
  if (!outputs.some(({ key }) => key.endsWith('.out'))) return table;
  const tally = newTally();
  for await (const { itemId, users } of readSegments(context.s3, prefix, tally)) {
    context.signal.throwIfAborted();
    const item = products.numberOf.get(itemId) ?? 0;
    if (products.sellable[item] !== 1) continue;
    for (let rank = 0; rank < users.length; rank++) {
      const customer = Number(users[rank]);
      if (customers.known[customer] === 1) table.offer(customer, item, rank);
    }
  }
  if (tally.firstError !== null) {
    context.log.warn(`item-affinity: ${tally.errors} of ${tally.lines} lines failed: ${tally.firstError}`);
  }
  return table;
}
