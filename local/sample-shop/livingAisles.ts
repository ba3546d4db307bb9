import { type Aisle, aisle, CLOTH, COTTON, goods, selling, WOOD, wedding } from './aisle.ts';

const RUG_SIZES = ['3x5 ft', '4x6 ft', '5x8 ft'];

export const LIVING_AISLES: readonly Aisle[] = [
  aisle(
    'living',
    ['Furniture', 'Living Room', 'Sofas'],
    goods('sofa', 'Sofa|Sofa Bed|L-Shape Sofa', CLOTH, ['2 Seater', '3 Seater', '5 Seater']),
    selling([45000, 260000], 1, 0.04, 2),
  ),
  aisle(
    'living',
    ['Furniture', 'Living Room', 'Accent Chairs'],
    goods('chair', 'Accent Chair|Wing Chair|Rocking Chair', CLOTH),
    selling([19000, 78000], 1.4, 0.1, 2),
  ),
  aisle(
    'living',
    ['Furniture', 'Living Room', 'Coffee Tables'],
    goods('table', 'Coffee Table|Nesting Tables|Side Table', WOOD),
    selling([9500, 65000], 1.1, 0.1, 2),
  ),
  aisle(
    'living',
    ['Furniture', 'Living Room', 'TV Consoles'],
    goods('drawers', 'TV Console|Media Unit', WOOD),
    selling([24000, 98000], 1, 0.03, 1),
  ),
  aisle(
    'living',
    ['Living', 'Soft Furnishing', 'Cushions'],
    goods('pillow', 'Cushion Cover|Filled Cushion|Floor Cushion', CLOTH, ['16 in', '18 in', '20 in']),
    selling([550, 3200], 3, 1, 9),
  ),
  aisle(
    'living',
    ['Living', 'Soft Furnishing', 'Curtains'],
    goods('curtain', 'Curtain Pair|Blackout Curtain|Sheer Curtain', CLOTH, ['7 ft', '8 ft', '9 ft']),
    selling([3200, 14500], 2, 0.6, 6),
  ),
  aisle(
    'living',
    ['Living', 'Floor', 'Rugs'],
    goods('rug', 'Rug|Dhurrie|Runner', ['Wool', 'Jute', 'Cotton', 'Shaggy'], RUG_SIZES),
    selling([3800, 42000], 1.1, 0.4, 4),
  ),
  aisle(
    'living',
    ['Decor', 'Lighting', 'Lamps'],
    goods('lamp', 'Table Lamp|Floor Lamp|Pendant Lamp', ['Brass', 'Ceramic', 'Camel Skin', 'Rattan']),
    selling([2600, 24000], 1.4, 0.4, 4),
  ),
  aisle(
    'living',
    ['Decor', 'Accents', 'Vases'],
    goods('vase', 'Vase|Planter|Candle Holder', ['Blue Pottery', 'Ceramic', 'Glass', 'Onyx']),
    selling([900, 9500], 1.5, 0.7, 5),
  ),
  aisle(
    'living',
    ['Decor', 'Accents', 'Mirrors and Wall Art'],
    goods('frame', 'Wall Mirror|Framed Print|Wall Panel', WOOD),
    selling([2800, 28000], 1.2, 0.4, 3),
  ),
];

export const DINING_AISLES: readonly Aisle[] = [
  aisle(
    'dining',
    ['Furniture', 'Dining', 'Dining Tables'],
    goods('table', 'Dining Table|Extending Table', WOOD, ['4 Seater', '6 Seater', '8 Seater']),
    selling([38000, 195000], 1, 0.03, 1),
  ),
  aisle(
    'dining',
    ['Furniture', 'Dining', 'Dining Chairs'],
    goods('chair', 'Dining Chair|Bench', WOOD),
    selling([8500, 34000], 4, 0.15, 2),
  ),
  aisle(
    'dining',
    ['Dining', 'Table Linen', 'Table Covers'],
    goods('cloth', 'Table Cover|Table Runner', COTTON, ['4 Seater', '6 Seater', '8 Seater']),
    selling([1200, 6500], 1.3, 0.9, 6),
  ),
  aisle(
    'dining',
    ['Dining', 'Table Linen', 'Napkins and Mats'],
    goods('cloth', 'Napkin Set|Placemat Set|Roti Cover', COTTON),
    selling([450, 2600], 2, 1, 8),
  ),
  aisle(
    'dining',
    ['Dining', 'Tableware', 'Serveware'],
    goods('vase', 'Serving Bowl|Dinner Set|Tea Set', ['Stoneware', 'Porcelain', 'Blue Pottery']),
    wedding(selling([1100, 22000], 1.3, 0.6, 6)),
  ),
  aisle(
    'dining',
    ['Dining', 'Kitchen Linen', 'Aprons and Tea Towels'],
    goods('towel', 'Apron|Tea Towel Pack|Oven Mitt', COTTON),
    selling([380, 1900], 2.2, 1, 6),
  ),
];
