/** Tones of a picture: the product's colour, darker, lighter, and plain wood. */
export type Tone = 'main' | 'dark' | 'light' | 'wood';

/** Outlines on a 40 × 40 field, back to front. At most three, so that a picture stays below 350 bytes. */
export const GLYPHS = {
  bed: [
    ['wood', 'M4,11h32v22h-3v-4H7v4H4z'],
    ['light', 'M8,17h10v6H8zM22,17h10v6H22z'],
    ['main', 'M4,22h32v7H4z'],
  ],
  sheet: [
    ['light', 'M7,9h12v7H7zM21,9h12v7H21z'],
    ['main', 'M5,15h30v17H5z'],
    ['dark', 'M5,19h30v3H5z'],
  ],
  quilt: [
    ['main', 'M6,8h28v25H6z'],
    ['light', 'M6,8h28v6H6z'],
    ['dark', 'M15,14h1v19h-1zM24,14h1v19h-1zM6,23h28v1H6z'],
  ],
  pillow: [
    ['main', 'M6,11q14,4,28,0q-4,9,0,18q-14,-4,-28,0q4,-9,0,-18'],
    ['light', 'M13,16h14v1H13zM13,23h14v1H13z'],
  ],
  throw: [
    ['main', 'M7,9h26v16H7z'],
    ['dark', 'M7,13h26v3H7zM7,19h26v2H7z'],
    ['light', 'M7,25h26v3l-26,4z'],
  ],
  mattress: [
    ['light', 'M4,16h32v6H4z'],
    ['main', 'M4,21h32v8H4z'],
    ['dark', 'M4,21h32v1H4zM6,29h3v2H6zM31,29h3v2h-3z'],
  ],
  drawers: [
    ['wood', 'M8,12h24v20h-2v-2H10v2H8z'],
    ['main', 'M10,14h20v6H10zM10,22h20v6H10z'],
    ['dark', 'M18,16h4v1h-4zM18,24h4v1h-4z'],
  ],
  wardrobe: [
    ['wood', 'M9,6h22v29h-2v-2H11v2H9z'],
    ['main', 'M11,8h8v23h-8zM21,8h8v23h-8z'],
    ['dark', 'M17,18h1v5h-1zM22,18h1v5h-1z'],
  ],
  sofa: [
    ['main', 'M7,13h26v13H7z'],
    ['dark', 'M4,18h5v13H4zM31,18h5v13h-5z'],
    ['light', 'M9,22h22v7H9z'],
  ],
  chair: [
    ['wood', 'M11,27h2v8h-2zM27,27h2v8h-2z'],
    ['main', 'M12,7h16v15H12z'],
    ['dark', 'M10,21h20v6H10z'],
  ],
  table: [
    ['wood', 'M6,18h3v16H6zM31,18h3v16h-3z'],
    ['main', 'M4,14h32v4H4z'],
    ['light', 'M18,8h4v6h-4z'],
  ],
  curtain: [
    ['wood', 'M4,6h32v2H4z'],
    ['main', 'M6,8h11q0,16,-5,26H6zM34,8H23q0,16,5,26h6z'],
    ['dark', 'M9,8h1v26H9zM30,8h1v26h-1z'],
  ],
  rug: [
    ['main', 'M5,11h30v18H5z'],
    ['light', 'M8,14h24v12H8z'],
    ['dark', 'M20,15l7,5l-7,5l-7,-5z'],
  ],
  lamp: [
    ['wood', 'M19,20h2v12h5v2H14v-2h5z'],
    ['main', 'M14,7h12l4,13H10z'],
    ['light', 'M10,20h20v1H10z'],
  ],
  vase: [
    ['main', 'M15,14h10q-2,4,3,9q4,6,-3,11H15q-7,-5,-3,-11q5,-5,3,-9'],
    ['dark', 'M14,12h12v2H14z'],
    ['light', 'M12,24h16v2H12z'],
  ],
  frame: [
    ['wood', 'M9,6h22v28H9z'],
    ['light', 'M11,8h18v24H11z'],
    ['main', 'M11,32l7,-13l5,7l3,-4l3,5v5z'],
  ],
  cloth: [
    ['main', 'M7,9h26v22H7z'],
    ['light', 'M10,12h20v16H10z'],
    ['dark', 'M7,22l9,9H7z'],
  ],
  towel: [
    ['wood', 'M4,8h32v2H4z'],
    ['main', 'M10,8h20v25H10z'],
    ['light', 'M10,25h20v3H10z'],
  ],
  robe: [
    ['main', 'M14,6h12l8,12l-4,3l-3,-4v17H13V17l-3,4l-4,-3z'],
    ['light', 'M16,6h8l-4,13z'],
    ['dark', 'M13,20h14v2H13z'],
  ],
  shelf: [
    ['wood', 'M8,6h24v29h-2v-3H10v3H8z'],
    ['light', 'M10,8h20v6H10zM10,17h20v6H10z'],
    ['main', 'M12,9h3v5h-3zM20,19h6v4h-6zM10,26h9v6h-9z'],
  ],
  parcel: [
    ['main', 'M8,12h24v20H8z'],
    ['dark', 'M18,12h4v20h-4zM8,12l12,-5l12,5z'],
  ],
} as const satisfies Record<string, readonly (readonly [Tone, string])[]>;

export type Glyph = keyof typeof GLYPHS;
