import { provinceKey } from '../../shared/identity/place.ts';
import { type ActiveRules, activeRules } from '../../shared/rules/activeRules.ts';
import { applyRules } from '../../shared/rules/applyRules.ts';
import type { RulesDocument } from '../../shared/rules/rulesDocument.ts';
import type { MailedCustomer } from './readCustomers.ts';
import type { EmailProduct, ShopProducts } from './shopProducts.ts';

interface EmailLists {
  readonly products: ShopProducts;
  readonly rules: RulesDocument;
  /** Products in an e-mail. */
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * What goes into one customer's e-mail: their list without what cannot be bought any more or was bought meanwhile,
 * under the rules that hold for the placement `user` where they live.
 */
export function createEmailItems({ products, rules, count, now }: EmailLists) {
  const byProvince = new Map<string, ActiveRules | null>();
  function rulesFor(province: string | null): ActiveRules | null {
    const key = province === null ? '' : provinceKey(province);
    const known = byProvince.get(key);
    if (known !== undefined) return known;
    const active = activeRules(rules, { placement: 'user', province, category: [], now });
    byProvince.set(key, active);
    return active;
  }
  const entriesOf = (items: readonly number[]) =>
    items.flatMap((item) => {
      const product = products.find(item);
      return product === null ? [] : [{ item, product, categoryPath: () => product.category_path }];
    });
  return ({ record, boughtSince, province }: MailedCustomer): EmailProduct[] => {
    const active = rulesFor(province);
    const list = entriesOf(record.items.filter((item) => !boughtSince.has(item)));
    const pinned = entriesOf(active?.pins.map(({ item }) => item) ?? []);
    return applyRules(list, { rules: active, pinned })
      .slice(0, count)
      .map(({ product }) => product);
  };
}
