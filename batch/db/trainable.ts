/**
 * The one definition of what is trained on: lines of completed orders by a known customer, of a
 * recommendable product, with a quantity above 0 and a price that is not negative.
 * Columns: customer_number, product_id, item_number, order_number, ordered_at, quantity, price.
 */
export const TRAINABLE_LINES = `
  SELECT c.customer_number, p.product_id, p.item_number, o.order_number, o.ordered_at, i.quantity, i.price
  FROM order_items i
  JOIN orders o ON o.order_number = i.order_number
  JOIN customers c ON c.unified_customer_id = o.unified_customer_id
  JOIN products p ON p.item_number = i.item_number
  WHERE o.status = 'completed' AND p.recommendable AND i.quantity > 0 AND i.price >= 0`;
