import type { RulesState } from '../../shared/api/recommendation.ts';
import type { RulesDocument } from '../../shared/rules/rulesDocument.ts';
import type { Reader } from '../stores/ladder.ts';

/** The shop's rules as one request found them. */
export interface ShopRules {
  readonly state: RulesState;
  readonly document: Pick<RulesDocument, 'rules'>;
}

/** Where an isolate reads the rules. Never throws: the last resort is no rules, `bundled`. */
export interface RulesSource {
  read(reader: Reader): ShopRules;
}
