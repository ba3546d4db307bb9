import type { Tag } from '../protocol/constraints.ts';
import { invalidInput, PersonalizeError } from '../protocol/errors.ts';

const MAX_TAGS = 50;
/** Keys that begin so are Amazon's own. */
const RESERVED = /^aws:/i;

/** A resource's tags with those of a request added: a key that is there already gets the new value. */
export function mergedTags(before: readonly Tag[], added: readonly Tag[]): Tag[] {
  const reserved = added.find(({ tagKey }) => RESERVED.test(tagKey));
  if (reserved !== undefined) throw invalidInput(`The tag key ${reserved.tagKey} is reserved.`);
  const merged = new Map([...before, ...added].map((tag) => [tag.tagKey, tag]));
  if (merged.size > MAX_TAGS) {
    throw new PersonalizeError('TooManyTagsException', `A resource can have no more than ${MAX_TAGS} tags.`);
  }
  return [...merged.values()];
}
