import { describe, expect, it } from 'vitest';
import { judgeProduct, unusualIds } from './nonMerchandise.ts';

const judge = (product_id: string, product_name: string) =>
  judgeProduct({ product_id, product_name }, !/\d/.test(product_id))?.verdict ?? null;

describe('judgeProduct', () => {
  it.each([
    ['POST', 'POSTAGE'],
    ['DOT', 'DOTCOM POSTAGE'],
    ['M', 'Manual'],
    ['C2', 'CARRIAGE'],
    ['23444', 'Next Day Carriage'],
    ['BANK CHARGES', 'Bank Charges'],
    ['AMAZONFEE', 'AMAZON FEE'],
    ['CRUK', 'CRUK Commission'],
    ['B', 'Adjust bad debt'],
    ['D', 'Discount'],
    ['S', 'SAMPLES'],
    ['gift_0001_20', 'Dotcomgiftshop Gift Voucher £20.00'],
    ['900001', 'Versandkosten'],
    ['900002', 'Frais de livraison'],
    ['900003', 'White Glove Delivery Fee'],
    ['900004', 'Extended Warranty'],
    ['POST', 'POST'],
  ])('is certain about %s %s', (id, name) => expect(judge(id, name)).toBe('certain'));

  it.each([
    ['PADS', 'PADS TO MATCH ALL CUSHIONS'],
    ['DCGSSBOY', 'BOYS PARTY BAG'],
    ['POST', 'WOODEN BED POST'],
    ['40001', 'Christmas gift card'],
  ])('leaves %s %s to a person', (id, name) => expect(judge(id, name)).toBe('suspected'));

  it.each([
    ['35961', 'FRENCH CARRIAGE LANTERN'],
    ['22667', 'VINTAGE POST OFFICE CABINET'],
    ['21385', 'EASTER EGG HUNT START POST'],
    ['22720', 'VINTAGE CREAM COFFEE SAMPLER'],
    ['84406', 'POSTCARD SET'],
    ['84407', 'Post card'],
    ['10002', 'Manual coffee grinder'],
    ['10003', 'Delivery van toy'],
    ['10004', 'Gift card box'],
    ['10005', 'Free standing lamp'],
    ['10006', '10006'],
  ])('takes %s %s for goods', (id, name) => expect(judge(id, name)).toBeNull());
});

describe('unusualIds', () => {
  it('only judges where nearly all ids have digits', () => {
    const numbered = Array.from({ length: 40 }, (_, i) => `8${i}A`);
    expect(unusualIds([...numbered, 'POST'])('POST')).toBe(true);
    expect(unusualIds([...numbered, 'POST'])('81A')).toBe(false);
    expect(unusualIds(['bed', 'lamp', 'chair'])('bed')).toBe(false);
  });
});
