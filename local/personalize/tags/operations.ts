import { z } from 'zod';
import { Arn, TagKey, Tags } from '../protocol/constraints.ts';
import { notFound } from '../protocol/errors.ts';
import { type Call, operation } from '../protocol/operation.ts';
import type { Resource } from '../state/records.ts';
import { mergedTags } from './mergedTags.ts';

function tagged({ service }: Call, arn: string): Resource {
  const resource = service.state.get(arn);
  if (resource === null) throw notFound(arn);
  return resource;
}

const list = operation('ListTagsForResource', z.object({ resourceArn: Arn }), (call, input) => ({
  tags: tagged(call, input.resourceArn).tags,
}));

const add = operation('TagResource', z.object({ resourceArn: Arn, tags: Tags }), async (call, input) => {
  const resource = tagged(call, input.resourceArn);
  const tags = mergedTags(resource.tags, input.tags);
  await call.service.state.putOrUndo({ ...resource, tags });
  return {};
});

const remove = operation(
  'UntagResource',
  z.object({ resourceArn: Arn, tagKeys: z.array(TagKey).max(200) }),
  async (call, input) => {
    const resource = tagged(call, input.resourceArn);
    const tags = resource.tags.filter(({ tagKey }) => !input.tagKeys.includes(tagKey));
    await call.service.state.putOrUndo({ ...resource, tags });
    return {};
  },
);

export const tagOperations = [list, add, remove];
