import { publishRun } from '../publish/publishSnapshot.ts';
import type { Step } from './step.ts';

/** One snapshot's rows in Postgres → parts, manifest and pointer in KV. */
export const publishStep: Step = { name: 'publish', run: publishRun };
