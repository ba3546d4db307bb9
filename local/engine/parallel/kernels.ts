import { prepareBorrow } from '../cold-items.ts';
import { prepareExamples } from '../examples.ts';
import { prepareLinks } from '../links.ts';
import { prepareLists } from '../lists.ts';
import { prepareLookalikes } from '../lookalikes.ts';
import { prepareRelate } from '../relate.ts';
import { prepareRidge } from '../ridge.ts';
import { prepareSegments } from '../segments.ts';

/** Range kernels a worker can run: prepare(arguments) → run(from, to). Arguments hold data only, arrays shared. */
export const kernels = {
  relate: prepareRelate,
  lookalikes: prepareLookalikes,
  ridge: prepareRidge,
  borrow: prepareBorrow,
  links: prepareLinks,
  examples: prepareExamples,
  lists: prepareLists,
  segments: prepareSegments,
};

export type KernelName = keyof typeof kernels;
export type KernelInput<K extends KernelName> = Parameters<(typeof kernels)[K]>[0];
