import type { ClientBase } from 'pg';
import { type RowWriter, writeRows } from '../db/writeRows.ts';
import { orderCountOf } from '../evidence/customerOrders.ts';
import { newTally, readRecommendations } from '../personalize/outputLines.ts';
import type { StepContext } from '../steps/step.ts';
import { outputPrefix } from '../storage/paths.ts';
import type { Coverage } from './coverage.ts';
import { attachPartition, createPartition, partitionName } from './partition.ts';
import { createUserRecordMaker, type OwnList, type UserRecordSources } from './userRecords.ts';

interface UserLoad extends UserRecordSources {
  readonly snapshotId: number;
  readonly coverage: Coverage;
}

interface UserLoadCounts {
  readonly customers: number;
  readonly customer_lines: number;
  readonly customer_line_errors: number;
}

/**
 * Streams user-personalization's output into the snapshot's own partition: one row for every customer
 * of the output, and one of popular items for every other customer with a trainable order. All in the
 * caller's transaction.
 */
export async function loadUsers(
  context: StepContext,
  client: ClientBase,
  load: UserLoad,
): Promise<UserLoadCounts> {
  const { evidence, customerOrders, coverage, snapshotId } = load;
  const { known, keyHighs, keyLows, maxCustomer } = evidence.customers;
  const makeRecord = createUserRecordMaker(load);
  const done = new Uint8Array(maxCustomer + 1);
  const tally = newTally();
  const total = trainableCustomers(load);
  let customers = 0;

  function write(rows: RowWriter, customer: number, own: OwnList | null): void {
    const made = makeRecord(customer, own);
    done[customer] = 1;
    customers++;
    coverage.addCustomer(orderCountOf(customerOrders, customer) > 0, made.own, made.items);
    rows.row(4);
    rows.int32(snapshotId);
    rows.bigint(keyHighs[customer] as number, keyLows[customer] as number);
    rows.int32(customer);
    rows.bytes(made.bytes);
    context.progress.update({ done: customers, total, unit: 'customers' });
  }

  await createPartition(client, 'snapshot_users', snapshotId);
  const columns = 'snapshot_id, customer_key, customer_number, record';
  const target = `${partitionName('snapshot_users', snapshotId)} (${columns})`;
  await writeRows(client, { target, options: ['FREEZE'] }, async (rows) => {
    const prefix = outputPrefix(context.config, context.outputsOf, 'user-personalization');
    for await (const { id, items, scores } of readRecommendations(context.s3, prefix, tally)) {
      context.signal.throwIfAborted();
      const customer = Number(id);
      if (known[customer] !== 1 || done[customer] === 1) continue;
      write(rows, customer, {
        items: items.map((item) => evidence.products.numberOf.get(item) ?? 0),
        scores,
      });
      await rows.drain();
    }
    for (let customer = 1; customer <= maxCustomer; customer++) {
      if (known[customer] !== 1 || done[customer] === 1) continue;
      if (orderCountOf(customerOrders, customer) === 0) continue;
      write(rows, customer, null);
      await rows.drain();
    }
  });
  await attachPartition(client, 'snapshot_users', snapshotId);
  if (tally.firstError !== null) {
    context.log.warn(
      `user-personalization: ${tally.errors} of ${tally.lines} lines failed: ${tally.firstError}`,
    );
  }
  return { customers, customer_lines: tally.lines, customer_line_errors: tally.errors };
}

function trainableCustomers({ customerOrders, evidence }: UserLoad): number {
  let count = 0;
  for (let customer = 1; customer <= evidence.customers.maxCustomer; customer++) {
    if (orderCountOf(customerOrders, customer) > 0) count++;
  }
  return count;
}
