import { gateSnapshot } from '../gate/gateSnapshot.ts';
import type { Step } from './step.ts';

/** Whether the loaded snapshot may go live: held, it does not. */
export const gateStep: Step = { name: 'gate', run: gateSnapshot };
