import { type Aisle, aisle, COTTON, goods, selling, summer, WOOD, winter } from './aisle.ts';

export const BATH_AISLES: readonly Aisle[] = [
  aisle(
    'bath',
    ['Bath', 'Towels', 'Bath Towels'],
    goods('towel', 'Bath Towel|Bath Sheet|Towel Set', ['Zero Twist', 'Combed Cotton', 'Bamboo']),
    selling([850, 5200], 2.6, 1, 9),
  ),
  aisle(
    'bath',
    ['Bath', 'Towels', 'Hand and Face Towels'],
    goods('towel', 'Hand Towel|Face Towel Pack', ['Zero Twist', 'Combed Cotton', 'Bamboo']),
    selling([320, 1600], 3.2, 1, 8),
  ),
  aisle(
    'bath',
    ['Bath', 'Bath Linen', 'Bath Mats'],
    goods('rug', 'Bath Mat|Bath Mat Set', ['Memory Foam', 'Tufted', 'Chenille']),
    selling([750, 3400], 1.6, 0.9, 6),
  ),
  aisle(
    'bath',
    ['Bath', 'Bath Linen', 'Bathrobes'],
    goods('robe', 'Bathrobe|Hooded Robe', ['Terry', 'Velour', 'Waffle'], ['M', 'L', 'XL']),
    winter(selling([3400, 9800], 1.2, 0.5, 3)),
  ),
  aisle(
    'bath',
    ['Bath', 'Accessories', 'Bath Accessories'],
    goods('vase', 'Soap Dispenser|Tumbler Set|Laundry Basket', ['Onyx', 'Ceramic', 'Bamboo']),
    selling([480, 4200], 1.5, 0.7, 5),
  ),
];

export const OTHERS_AISLES: readonly Aisle[] = [
  aisle(
    'kids',
    ['Kids', 'Kids Bedding', 'Kids Bed Sheets'],
    goods('sheet', 'Kids Bed Sheet|Kids Quilt Cover', COTTON, ['Single', 'Double']),
    selling([1800, 6500], 1.5, 1, 8),
  ),
  aisle(
    'kids',
    ['Kids', 'Kids Bedding', 'Baby Bedding'],
    goods('throw', 'Cot Set|Swaddle Pack|Baby Blanket', ['Muslin', 'Cotton', 'Fleece']),
    selling([1100, 7800], 1.5, 0.9, 6),
  ),
  aisle(
    'kids',
    ['Kids', 'Kids Room', 'Kids Furniture'],
    goods('bed', 'Bunk Bed|Toddler Bed|Baby Cot', WOOD),
    selling([26000, 125000], 1, 0.05, 1),
  ),
  aisle(
    'kids',
    ['Kids', 'Kids Room', 'Toys and Storage'],
    goods('drawers', 'Toy Box|Soft Toy|Play Mat', ['Cotton', 'Felt', 'Rattan']),
    selling([900, 9500], 1.4, 0.7, 5),
  ),
  aisle(
    'office',
    ['Furniture', 'Study', 'Desks'],
    goods('table', 'Desk|Study Table|Standing Desk', WOOD),
    selling([16000, 88000], 1, 0.05, 2),
  ),
  aisle(
    'office',
    ['Furniture', 'Study', 'Office Chairs'],
    goods('chair', 'Office Chair|Task Chair', ['Mesh', 'Leatherette']),
    selling([14000, 72000], 1.3, 0.1, 2),
  ),
  aisle(
    'office',
    ['Furniture', 'Study', 'Bookcases'],
    goods('shelf', 'Bookcase|Wall Shelf', WOOD),
    selling([4500, 58000], 1.3, 0.2, 3),
  ),
  aisle(
    'office',
    ['Decor', 'Study', 'Desk Accessories'],
    goods('lamp', 'Desk Lamp|Pen Stand|Desk Organiser', ['Brass', 'Bamboo', 'Onyx']),
    selling([650, 7500], 1.4, 0.7, 5),
  ),
  aisle(
    'outdoor',
    ['Outdoor', 'Garden Furniture', 'Garden Seating'],
    goods('chair', 'Garden Chair|Charpai|Hanging Swing', ['Rattan', 'Cane', 'Wrought Iron']),
    summer(selling([9500, 98000], 1.6, 0.1, 2)),
  ),
  aisle(
    'outdoor',
    ['Outdoor', 'Garden Furniture', 'Garden Tables'],
    goods('table', 'Garden Table|Bistro Table', ['Rattan', 'Teak', 'Wrought Iron']),
    summer(selling([8500, 54000], 1, 0.1, 1)),
  ),
  aisle(
    'outdoor',
    ['Outdoor', 'Garden Living', 'Planters and Lanterns'],
    goods('vase', 'Garden Planter|Lantern|Bird Bath', ['Terracotta', 'Stone', 'Brass']),
    selling([750, 8800], 2, 0.8, 5),
  ),
  aisle(
    'outdoor',
    ['Outdoor', 'Garden Living', 'Outdoor Cushions'],
    goods('pillow', 'Outdoor Cushion|Lounger Pad', ['Canvas', 'Weatherproof']),
    summer(selling([1100, 6800], 2.4, 0.8, 5)),
  ),
];
