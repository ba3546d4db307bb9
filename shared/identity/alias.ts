/**
 * The text whose hash stands for an id as one system names it: of a customer under the shop's secret, of a
 * product as a plain hash. No id holds a zero character, so none is taken for another's alias.
 * @param source the system, or null: an id that means the same in every system that has it
 */
export function aliasText(source: string | null, id: string): string {
  return `${source ?? ''}\u0000${id}`;
}
