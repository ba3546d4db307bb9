import type { ClientBase } from 'pg';
import { z } from 'zod';
import { RulesDocument } from '../../shared/rules/rulesDocument.ts';

/** Rules beyond this many characters are left out, those that hide the last. */
const MOST_CHARACTERS = 20_000;
const Row = z.object({ document: RulesDocument });

/** The shop's rules as the Worker may bundle them: what is hidden first. A drill is never bundled. */
export async function readBundledRules(client: ClientBase): Promise<RulesDocument> {
  const answer = await client.query('SELECT rules_document() AS document');
  const { drill: _, rules: all, ...document } = Row.parse(answer.rows[0]).document;
  const hiding = all.filter((rule) => rule.effect === 'hide');
  const others = all.filter((rule) => rule.effect !== 'hide');
  let left = MOST_CHARACTERS;
  const rules = [...hiding, ...others].filter((rule) => {
    left -= JSON.stringify(rule).length + 1;
    return left >= 0;
  });
  return { ...document, rules };
}
