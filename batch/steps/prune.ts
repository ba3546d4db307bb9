import { pruneSnapshots } from '../publish/pruneSnapshots.ts';
import type { Step } from './step.ts';

/** Removes what no kept snapshot needs, from Postgres, KV and S3. */
export const pruneStep: Step = { name: 'prune', run: pruneSnapshots };
