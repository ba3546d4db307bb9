import { prepareExamples } from '../examples.ts';
import { prepareGram } from '../gram.ts';
import { prepareLists } from '../lists.ts';
import { prepareRidge } from '../ridge.ts';
import { prepareSegmentMerge, prepareSegments } from '../segments.ts';
import { prepareWalk } from '../walk.ts';

/** Range kernels a worker can run: prepare(arguments) → run(from, to). Arguments hold data only, arrays shared. */
export const kernels = {
  walk: prepareWalk,
  gram: prepareGram,
  ridge: prepareRidge,
  examples: prepareExamples,
  lists: prepareLists,
  segments: prepareSegments,
  segmentMerge: prepareSegmentMerge,
};

export type KernelName = keyof typeof kernels;
export type KernelInput<K extends KernelName> = Parameters<(typeof kernels)[K]>[0];
