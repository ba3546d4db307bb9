import { placeKey } from '../../shared/identity/place.ts';

/**
 * Telling postage, fees, vouchers and manual entries from goods, by their ids and names.
 * `certain`: the whole name is a charge ("DOTCOM POSTAGE", "Bank Charges", "Versandkosten"), or the id
 * is one and the name does not contradict. `suspected`: something points that way; a person decides.
 * A charge word inside the name of a thing ("FRENCH CARRIAGE LANTERN", "COFFEE SAMPLER") is no sign.
 */
interface Verdict {
  readonly verdict: 'certain' | 'suspected';
  readonly why: string;
}

interface NamedProduct {
  readonly product_id: string;
  readonly product_name: string;
}

/** A name that holds one of these and nothing but these and FILLERS is not a thing to recommend. */
const CHARGES = words(`
  postage shipping shipment freight carriage delivery courier handling packing p&p pnp
  fee fees charge charges surcharge commission insurance deposit tip tips gratuity donation donations
  discount discounts rebate markdown promo promotion coupon coupons voucher vouchers giftcard giftcards
  adjust adjustment adjustments correction corrections rounding debt refund refunds credit
  manual sample samples test tests misc miscellaneous sundry sundries
  tax vat gst duty duties warranty assembly installation
  versand versandkosten versandkostenpauschale lieferung gebuhr gutschein rabatt muster pfand
  livraison frais remise echantillon expedition
  envio envios portes flete frete gastos descuento desconto muestra amostra cupon cupom
  spedizione spese sconto campione buono kargo indirim kupon`);
/** Say whose or which charge it is; none of them makes a thing. */
const FILLERS = words(`
  and for the of on to a per port porto de del la le les des du d di da fur und y e et
  dotcom dot com amazon ebay etsy paypal stripe shopify bank card credit debit payment order orders customer
  uk us eu international domestic overseas express standard economy priority next day same free first class
  service services cost costs only line item items code extra additional total sales general other bad
  gift entry restocking cancellation return returns protection extended home white glove packaging`);
const GIFT_MONEY =
  /(^|\s)(e ?)?gift ?(vouchers?|cards?|certificates?)( (gbp|usd|eur|cad))?( \d+)*( (gbp|usd|eur|cad))?$/;

const CHARGE_IDS = words(`
  post postage dot m manual d disc discount s sample samples b adjust adjust2 amazonfee bankcharges cruk
  ship shipping freight delivery carriage courier handling fee fees charge charges surcharge voucher coupon
  giftcard giftvoucher donation tip deposit tax vat misc test refund credit insurance warranty`);

/**
 * @param unusualId whether the id does not look like the others of this shop (`unusualIds`)
 * @returns null for merchandise
 */
export function judgeProduct(product: NamedProduct, unusualId: boolean): Verdict | null {
  const id = placeKey(product.product_id);
  const nameless = product.product_name === product.product_id || product.product_name.trim() === '';
  const name = nameless ? '' : placeKey(product.product_name.replaceAll('&', ' and '));
  const chargeId = CHARGE_IDS.has(id.replaceAll(' ', ''));
  if (isCharge(name)) return { verdict: 'certain', why: 'its name is that of a charge or manual entry' };
  if (chargeId && unusualId && nameless)
    return { verdict: 'certain', why: 'its id is that of a charge and it has no name' };
  if (GIFT_MONEY.test(name)) {
    const certain = unusualId || /\d$/.test(name);
    return { verdict: certain ? 'certain' : 'suspected', why: 'it is a gift voucher' };
  }
  if (unusualId && name.split(' ').some((word) => STRONG.has(word))) {
    return { verdict: 'certain', why: 'its id is unlike the others and its name speaks of a charge' };
  }
  if (chargeId) return { verdict: 'suspected', why: 'its id is that of a charge' };
  if (unusualId)
    return { verdict: 'suspected', why: 'its id has no digits, unlike those of the other products' };
  return null;
}

/** Words that, beside an unusual id, leave no doubt. */
const STRONG = words(`postage shipping freight fee fees charges surcharge commission voucher vouchers discount
  adjust adjustment versandkosten gutschein rabatt livraison envio spedizione`);

function isCharge(name: string): boolean {
  if (name === '') return false;
  const parts = name.split(' ').filter((word) => !/^\d+$/.test(word));
  return (
    parts.some((word) => CHARGES.has(word)) && parts.every((word) => CHARGES.has(word) || FILLERS.has(word))
  );
}

/** Where nearly all ids of a shop have digits, those without are unusual. */
const USUAL_SHARE = 0.95;

export function unusualIds(productIds: readonly string[]): (productId: string) => boolean {
  const withDigits = productIds.filter((id) => /\d/.test(id)).length;
  const judged = productIds.length >= 20 && withDigits >= USUAL_SHARE * productIds.length;
  return (productId) => judged && !/\d/.test(productId);
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter((word) => word !== ''));
}
