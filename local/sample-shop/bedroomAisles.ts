import {
  type Aisle,
  aisle,
  BED_SIZES,
  COTTON,
  goods,
  selling,
  summer,
  WOOD,
  wedding,
  winter,
} from './aisle.ts';

export const BEDROOM_AISLES: readonly Aisle[] = [
  aisle(
    'bedroom',
    ['Bedding', 'Bed Linen', 'Bed Sheets'],
    goods('sheet', 'Bed Sheet Set|Fitted Sheet|Flat Sheet', COTTON, BED_SIZES),
    selling([2200, 9500], 1.5, 1, 10),
  ),
  aisle(
    'bedroom',
    ['Bedding', 'Bed Linen', 'Pillowcases'],
    goods('pillow', 'Pillowcase Pair|Euro Sham', COTTON),
    selling([650, 2400], 2.2, 1, 8),
  ),
  aisle(
    'bedroom',
    ['Bedding', 'Bed Linen', 'Quilt Covers'],
    goods('quilt', 'Quilt Cover Set|Duvet Cover', COTTON, BED_SIZES),
    selling([4500, 16500], 1.2, 0.8, 8),
  ),
  aisle(
    'bedroom',
    ['Bedding', 'Bed Linen', 'Bridal Sets'],
    goods('quilt', 'Bridal Bed Set|Embroidered Bed Set', ['Silk', 'Jacquard', 'Velvet'], ['King']),
    wedding(selling([14000, 48000], 1, 0.2, 3)),
  ),
  aisle(
    'bedroom',
    ['Bedding', 'Warmth', 'Comforters'],
    goods('quilt', 'Comforter|Comforter Set', ['Microfibre', 'Cotton', 'Fleece'], BED_SIZES),
    winter(selling([5500, 19500], 1.2, 0.6, 6)),
  ),
  aisle(
    'bedroom',
    ['Bedding', 'Warmth', 'Blankets'],
    goods('throw', 'Blanket|Sherpa Blanket|Throw', ['Fleece', 'Wool', 'Mink'], ['Single', 'Double']),
    winter(selling([2400, 12500], 1.4, 0.7, 6)),
  ),
  aisle(
    'bedroom',
    ['Bedding', 'Cooling', 'Summer Quilts'],
    goods('quilt', 'Summer Quilt|Khes', ['Muslin', 'Cotton', 'Bamboo'], BED_SIZES),
    summer(selling([2600, 8500], 1.3, 0.8, 4)),
  ),
  aisle(
    'bedroom',
    ['Sleep', 'Pillows', 'Pillows'],
    goods('pillow', 'Pillow|Side Sleeper Pillow|Body Pillow', [
      'Ball Fibre',
      'Memory Foam',
      'Latex',
      'Microfibre',
    ]),
    selling([900, 6500], 2.4, 0.9, 4),
  ),
  aisle(
    'bedroom',
    ['Sleep', 'Mattresses', 'Mattresses'],
    goods(
      'mattress',
      'Mattress|Spring Mattress|Orthopaedic Mattress',
      ['Foam', 'Memory Foam', 'Pocket Spring'],
      BED_SIZES,
    ),
    selling([18000, 135000], 1, 0.05, 2),
  ),
  aisle(
    'bedroom',
    ['Sleep', 'Mattress Care', 'Protectors'],
    goods('mattress', 'Mattress Protector|Mattress Topper', ['Terry', 'Quilted', 'Waterproof'], BED_SIZES),
    selling([1800, 11500], 1.3, 0.7, 3),
  ),
  aisle(
    'bedroom',
    ['Furniture', 'Bedroom', 'Beds'],
    goods('bed', 'Bed|Storage Bed|Platform Bed', WOOD, ['Queen', 'King']),
    selling([48000, 285000], 1, 0.03, 2),
  ),
  aisle(
    'bedroom',
    ['Furniture', 'Bedroom', 'Bedside Tables'],
    goods('drawers', 'Bedside Table|Nightstand', WOOD),
    selling([8500, 32000], 1.8, 0.15, 2),
  ),
  aisle(
    'bedroom',
    ['Furniture', 'Bedroom', 'Wardrobes'],
    goods('wardrobe', 'Wardrobe|Sliding Wardrobe', WOOD, ['2 Door', '3 Door', '4 Door']),
    selling([55000, 240000], 1, 0.03, 1),
  ),
];
