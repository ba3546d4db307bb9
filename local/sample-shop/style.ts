/** Colours by name, three hex digits each. */
export const COLOURS = {
  Ivory: 'eed',
  Sand: 'cb9',
  Sage: '9a8',
  Olive: '774',
  Teal: '377',
  Sky: '8ac',
  Navy: '247',
  Charcoal: '444',
  Grey: '999',
  Blush: 'dab',
  Rose: 'c89',
  Maroon: '824',
  Plum: '747',
  Terracotta: 'b64',
  Mustard: 'c93',
  Walnut: '754',
} as const;
export type Colour = keyof typeof COLOURS;

/** A taste: the colours its collections come in. Customers stay with one for most of what they buy. */
const STYLES: readonly (readonly Colour[])[] = [
  ['Ivory', 'Sand', 'Navy', 'Grey'],
  ['Rose', 'Blush', 'Sage', 'Sky'],
  ['Terracotta', 'Olive', 'Walnut', 'Mustard'],
  ['Charcoal', 'Grey', 'Teal', 'Ivory'],
  ['Maroon', 'Plum', 'Navy', 'Mustard'],
  ['Sky', 'Teal', 'Sand', 'Sage'],
];

/** Small shops carry fewer tastes, so that each still has products enough to be seen. */
export function stylesFor(items: number): readonly (readonly Colour[])[] {
  return STYLES.slice(0, items >= 1500 ? 6 : items >= 800 ? 4 : 2);
}

const COLLECTION_WORDS =
  'Zarina Mehr Noor Sahil Chenab Ravi Gulnar Anarkali Shalimar Margalla Kashmir Neelum Hunza Naran Kaghan Deosai Indus Sutlej Bolan Ziarat Makran Kirthar Thar Cholistan Rohtas Mughal Bagh Firdous Chaman Yasmin Motia Champa Nargis Laleh Sosan Roshni Shafaq Afsana Dastaan Naqsh Rangoli Phulkari Ajrak Sozni Mina Firoza Yaqut Marjan Sandal Zafran Anaar Badam Khubani Chinar Bahar Saba Nayab Zeenat Mahal Darya'.split(
    ' ',
  );
const COLLECTION_ENDINGS =
  'Bloom,Heritage,Home,Garden,Classic,Studio,Weave,Court,Breeze,Dawn,Valley,House,Atelier,Trail,Grove,Haveli,Crest,Harvest,Story,Light'.split(
    ',',
  );

/** Name of the collection with the given number; never the same twice. */
export function collectionName(index: number): string {
  const word = COLLECTION_WORDS[index % COLLECTION_WORDS.length] as string;
  const round = Math.floor(index / COLLECTION_WORDS.length);
  if (round === 0) return word;
  const ending = COLLECTION_ENDINGS[(round - 1 + index) % COLLECTION_ENDINGS.length] as string;
  const edition = Math.floor((round - 1) / COLLECTION_ENDINGS.length) + 1;
  return edition === 1 ? `${word} ${ending}` : `${word} ${ending} ${edition}`;
}
