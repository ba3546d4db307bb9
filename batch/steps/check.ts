import { ListDatasetGroupsCommand } from '@aws-sdk/client-personalize';
import { examineData } from '../doctor/examine.ts';
import { refuseErrors } from '../doctor/report.ts';
import { readTrainingFigures, type TrainingFigures } from '../doctor/trainingFigures.ts';
import { MIN_INTERACTIONS, MIN_REPEAT_CUSTOMERS } from '../doctor/trainingLooks.ts';
import { BatchError } from '../errors.ts';
import { callPatiently } from '../personalize/patience.ts';
import { checkBucket } from '../storage/objectStore.ts';
import type { Step, StepContext } from './step.ts';

/** Everything the run needs is within reach, and there is something sound to learn from. Writes nothing. */
export const checkStep: Step = {
  name: 'check',
  run: async (context) => {
    const { customers, customers_with_two_interactions, interactions } = await readTrainingFigures(
      context.pool,
    );
    const counts = { customers, customers_with_two_interactions, interactions };
    refuseTooLittle(counts, context.config.personalize.engine);
    const data_warnings = await checkData(context);
    await checkBucket(context.s3);
    await checkPersonalize(context);
    return { ...counts, data_warnings };
  },
};

/** What batch doctor finds: errors stop the run before anything leaves the database, warnings are told. */
async function checkData({ pool, clock, config, log }: StepContext): Promise<number> {
  const findings = await examineData(pool, { now: clock(), engine: config.personalize.engine });
  refuseErrors(findings);
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  for (const { message, check } of warnings) log.warn(`${message} [${check}]; batch doctor says what to do`);
  return warnings.length;
}

function refuseTooLittle(
  counts: Pick<TrainingFigures, 'interactions' | 'customers_with_two_interactions'>,
  engine: 'aws' | 'embedded',
): void {
  if (counts.interactions === 0) {
    throw new BatchError({
      code: 'no_trainable_orders',
      message:
        'there is nothing to learn from: no completed order of a known customer has a line with a recommendable product, a quantity above 0 and a price',
      remedy: 'load orders first: npm run batch -- ingest --orders FILE (guest orders alone do not suffice)',
      final: true,
    });
  }
  const short =
    counts.interactions < MIN_INTERACTIONS || counts.customers_with_two_interactions < MIN_REPEAT_CUSTOMERS;
  if (engine === 'aws' && short) {
    throw new BatchError({
      code: 'too_little_data',
      message: `Amazon Personalize wants ${MIN_INTERACTIONS} interactions and ${MIN_REPEAT_CUSTOMERS} customers with two or more; there are ${counts.interactions} and ${counts.customers_with_two_interactions}`,
      remedy: 'use the embedded engine until there are more orders (set AWS_ENDPOINT_URL_PERSONALIZE to it)',
      final: true,
    });
  }
}

async function checkPersonalize(context: StepContext): Promise<void> {
  const { personalize, signal } = context;
  await callPatiently(context, 'looking for dataset groups', () =>
    personalize.send(new ListDatasetGroupsCommand({ maxResults: 1 }), { abortSignal: signal }),
  );
}
