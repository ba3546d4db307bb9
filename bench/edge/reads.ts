import { productIdOf, userIdOf } from './shop.ts';

export const READS = ['user', 'similar', 'cart', 'page'] as const;
export type Read = (typeof READS)[number];

const PATH = '/api/v1/personalize/recommendations';

/** An address of each read; different customers and products for different i. */
function pathOf(read: Read, user: number, item: number): string {
  const product = productIdOf(item);
  switch (read) {
    case 'user':
      return `${PATH}/user/${userIdOf(user)}`;
    case 'similar':
      return `${PATH}/similar/${product}`;
    case 'cart':
      return `${PATH}/cart?items=${product},${productIdOf(item + 1)},${productIdOf(item + 2)}`;
    case 'page':
      return `${PATH}/page?slots=user:8,similar:4,popular:4&user=${userIdOf(user)}&items=${product}`;
  }
}

/** Items are spread over the shop, as customers come from everywhere. */
export function pathsOf(read: Read, users: readonly number[], items: number): string[] {
  return users.map((user, i) => pathOf(read, user, 1 + ((i * 37) % Math.max(1, items - 2))));
}
