import { GLYPHS, type Glyph, type Tone } from './glyphs.ts';

const WOOD = '865';

/** Moves every digit of a three-digit hex colour towards 0 (negative) or 15. */
function shade(colour: string, by: number): string {
  const step = (digit: string) => Math.min(15, Math.max(0, Number.parseInt(digit, 16) + by)).toString(16);
  return [...colour].map(step).join('');
}

function toneOf(tone: Tone, colour: string): string {
  if (tone === 'wood') return WOOD;
  return tone === 'main' ? colour : shade(colour, tone === 'dark' ? -3 : 4);
}

const PICTURE_BYTES = 350;

/**
 * A small drawing of the product as an SVG data URI, at most 350 bytes.
 * `colour` and `wall` (the background) are hex colours of three digits without the #.
 */
export function drawPicture(glyph: Glyph, colour: string, wall: string): string {
  const path = (fill: string, d: string) => `<path fill='#${fill}' d='${d}'/>`;
  const shapes = GLYPHS[glyph].map(([tone, d]) => path(toneOf(tone, colour), d)).join('');
  const svg = `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 40'>${path(wall, 'M0,0h40v40H0z')}${shapes}</svg>`;
  const uri = `data:image/svg+xml,${svg.replace(/[<># %"]/g, (character) => encodeURIComponent(character))}`;
  if (uri.length > PICTURE_BYTES)
    throw new RangeError(`picture of ${glyph} takes ${uri.length} bytes, at most ${PICTURE_BYTES}`);
  return uri;
}
