import { bind, type FilterRequest, sourceOf } from './bindings.ts';
import { anyOfTest, type Bindings } from './condition.ts';
import type { FilterPart } from './expression.ts';
import type { FilterData } from './filterData.ts';

/** Tells of a user's id whether a part lets it pass. */
function partTest(data: FilterData, part: FilterPart, bindings: Bindings): (id: string) => boolean {
  const { users, interactions } = data;
  const wanted = part.action === 'INCLUDE';
  const isAboutUsers = sourceOf(part) === 'USERS';
  const table = isAboutUsers ? users?.table : interactions?.table;
  const meets = table === undefined ? () => false : anyOfTest(table, part.anyOf, bindings);
  const rowsOf = (id: string): ArrayLike<number> =>
    isAboutUsers ? [users?.rowOf(id) ?? -1] : (interactions?.history.rowsOf(id) ?? []);
  return (id) => Array.from(rowsOf(id)).some((row) => row >= 0 && meets(row)) === wanted;
}

/** By user index, for segments: 1 where the filter lets the user pass. */
export function userMask(data: FilterData, request: FilterRequest, userIds: readonly string[]): Uint8Array {
  const bindings = bind(data, request);
  const tests = data.expression.map((part) => partTest(data, part, bindings));
  return Uint8Array.from(userIds, (id) => (tests.every((test) => test(id)) ? 1 : 0));
}
