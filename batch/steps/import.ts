import { refuseOverCap } from '../cost/costCaps.ts';
import { ensureDataset, ensureDatasetGroup, importJob } from '../personalize/datasets.ts';
import { createJobBoard } from '../personalize/jobBoard.ts';
import { completeJob } from '../personalize/jobs.ts';
import { settleAll } from '../personalize/settle.ts';
import { DATASETS } from '../storage/paths.ts';
import type { Step } from './step.ts';

/** Makes the data sets, and replaces their bulk data by this run's export; newer interactions alone are added. */
export const importStep: Step = {
  name: 'import',
  run: async (context) => {
    await refuseOverCap(context);
    const group = await ensureDatasetGroup(context);
    const jobs = [];
    const since = context.earlier.get('export')?.['interactions_since'];
    for (const dataset of DATASETS) {
      const datasetArn = await ensureDataset(context, group, dataset);
      const importMode = dataset === 'interactions' && since !== undefined ? 'INCREMENTAL' : 'FULL';
      jobs.push(importJob(context, { datasetArn, dataset, importMode }));
    }
    const board = createJobBoard(
      context.progress,
      jobs.map(({ record }) => record),
    );
    await settleAll(jobs.map((job) => completeJob(context, job, board)));
    return { datasets: jobs.length };
  },
};
