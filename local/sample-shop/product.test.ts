import { describe, expect, test } from 'vitest';
import { generateShop } from './generateShop.ts';
import { GLYPHS, type Glyph } from './glyphs.ts';
import { drawPicture } from './picture.ts';
import { COLOURS } from './style.ts';

const shop = generateShop({ users: 4_000, items: 4_000, until: '2026-03-01' });
const products = [...shop.products()];

describe('a product', () => {
  test('has an id, a name, a handle and a variant of its own', () => {
    for (const key of ['productId', 'name', 'handle', 'variantId'] as const) {
      expect(new Set(products.map((product) => product[key])).size).toBe(products.length);
    }
  });

  test('links to its handle at a reserved host', () => {
    for (const { url, handle } of products) expect(url).toBe(`https://shop.example/products/${handle}`);
    expect(products.every(({ handle }) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(handle))).toBe(true);
  });

  test('costs whole rupees within reason', () => {
    for (const { price } of products) {
      expect(Number.isInteger(price)).toBe(true);
      expect(price).toBeGreaterThanOrEqual(300);
      expect(price).toBeLessThanOrEqual(300_000);
    }
  });

  test('is sold out in about two of a hundred cases', () => {
    const share = products.filter(({ available }) => !available).length / products.length;
    expect(share).toBeGreaterThan(0.01);
    expect(share).toBeLessThan(0.03);
  });

  test('may be a service rather than merchandise', () => {
    const services = products.filter(({ department }) => department === 'Services').map(({ name }) => name);
    expect(services).toEqual(['Delivery Charge', 'Assembly Service', 'Gift Voucher']);
  });
});

describe('a picture', () => {
  const glyphs = Object.keys(GLYPHS) as Glyph[];

  test('takes at most 350 bytes and needs no further encoding, in every shape and colour', () => {
    for (const glyph of glyphs) {
      for (const colour of Object.values(COLOURS)) {
        const uri = drawPicture(glyph, colour, 'fff');
        expect(uri.length).toBeLessThanOrEqual(350);
        expect(uri).toMatch(/^data:image\/svg\+xml,[A-Za-z0-9%=':/.,-]+$/);
      }
    }
  });

  test('is well-formed SVG of filled paths', () => {
    for (const glyph of glyphs) {
      const svg = decodeURIComponent(drawPicture(glyph, '377', 'eef').replace('data:image/svg+xml,', ''));
      expect(svg).toMatch(
        /^<svg xmlns='http:\/\/www.w3.org\/2000\/svg' viewBox='0 0 40 40'>(<path fill='#[0-9a-f]{3}' d='M[-\d.,MmLlHhVvQqZz]+'\/>){2,4}<\/svg>$/,
      );
    }
  });
});

describe('a customer', () => {
  const customers = [...shop.customers()];

  test('cannot be reached: mail goes to example.com, the phone has an area code that cannot be', () => {
    expect(customers.every(({ email }) => /^[a-z.0-9]+@example\.com$/.test(email))).toBe(true);
    expect(customers.every(({ phone }) => /^\+92000\d{7}$/.test(phone))).toBe(true);
  });

  test('lives where most of the orders go to', () => {
    const homes = new Map(customers.map(({ customerId, city }) => [customerId, city.toLowerCase()]));
    const known = [...shop.orders()].filter(({ customerId }) => customerId !== null);
    const home = known.filter((o) => homes.get(o.customerId ?? '') === o.city.trim().toLowerCase());
    expect(home.length / known.length).toBeGreaterThan(0.95);
  });
});
