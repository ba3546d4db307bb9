import { categoryLevels, cellText, idProblem, type Rejected, readName } from './cells.ts';
import type { Columns } from './columns.ts';
import { readDate } from './dates.ts';
import type { OrderField } from './fields.ts';
import type { Mapping } from './mapping.ts';
import type { OrderLine } from './records.ts';
import type { RejectReason } from './rejectReason.ts';
import type { OrderStatus } from './status.ts';
import { inUnits, isNothing, LARGEST_PRICE, readNumber } from './values.ts';

/** Clocks and time zones differ; an order of the day after tomorrow is a mistake. */
const FUTURE_MS = 2 * 86_400_000;
const LARGEST_QUANTITY = 1_000_000_000;

interface OrderLineSettings {
  readonly columns: Columns<OrderField>;
  readonly mapping: Mapping;
  readonly readStatus: (word: string) => OrderStatus | null;
  readonly onUnknownStatus: (word: string) => void;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A reader of the rows of an orders file. A row gives a line or the reason why not. */
export function createOrderLineReader(
  settings: OrderLineSettings,
): (cells: readonly string[]) => OrderLine | Rejected {
  const { columns, mapping } = settings;
  const readTime = createTimeReader(settings);
  const readUpdated = createChangeTimeReader(mapping);
  const place = columns.province === -1 ? columns.country : columns.province;
  return (cells) => {
    const orderId = cellText(cells, columns.order_id);
    const productId = cellText(cells, columns.product_id);
    const wrongId = idProblem(orderId, 'missing_order_id') ?? idProblem(productId, 'missing_product_id');
    if (wrongId !== null) return { rejected: wrongId };
    const customer = readCustomerId(cellText(cells, columns.customer_id));
    if (typeof customer === 'object' && customer !== null) return customer;
    const time = readTime(cellText(cells, columns.ordered_at));
    if (typeof time === 'string') return { rejected: time };
    const goods = readGoods(cells, settings, orderId);
    if ('rejected' in goods) return goods;
    const productName = readName(cells, columns.product_name);
    const province = readName(cells, place);
    const city = readName(cells, columns.city);
    const category = readName(cells, columns.category);
    const contact = readContact(cells, columns);
    if (productName === undefined || province === undefined || city === undefined) return UNREADABLE;
    if (category === undefined || contact === null) return UNREADABLE;
    return {
      order_id: orderId,
      ordered_at: time,
      customer_id: customer,
      product_id: productId,
      product_name: productName,
      ...goods,
      province: province ?? mapping.defaults.province ?? null,
      city: city ?? mapping.defaults.city ?? null,
      currency:
        (readName(cells, columns.currency) ?? mapping.defaults.currency ?? null)?.toUpperCase() ?? null,
      category_path: category === null ? NO_LEVELS : categoryLevels(category),
      ...contact,
      reference: readName(cells, columns.reference) ?? null,
      updated_at: readUpdated(cellText(cells, columns.updated_at)),
    };
  };
}

const UNREADABLE: Rejected = { rejected: 'unreadable_characters' };
const NO_LEVELS: readonly string[] = [];

function createTimeReader(settings: OrderLineSettings): (text: string) => number | RejectReason {
  let lastText = '';
  let lastResult: number | RejectReason = 'unreadable_date';
  return (text) => {
    // The lines of an order stand together and share their date.
    if (text === lastText) return lastResult;
    lastText = text;
    const time = readDate(text, settings.mapping);
    if (time === 'ambiguous') lastResult = 'ambiguous_date';
    else if (time === 'unreadable') lastResult = 'unreadable_date';
    else lastResult = time <= 0 || time > settings.now + FUTURE_MS ? 'impossible_date' : time;
    return lastResult;
  };
}

/** Null where there is none: an order is an order whenever it was changed. */
function createChangeTimeReader(mapping: Mapping): (text: string) => number | null {
  let lastText = '';
  let lastTime: number | null = null;
  return (text) => {
    if (text === lastText) return lastTime;
    lastText = text;
    const time = text === '' ? null : readDate(text, mapping);
    lastTime = typeof time === 'number' ? time : null;
    return lastTime;
  };
}

function readCustomerId(text: string): string | null | Rejected {
  if (isNothing(text)) return null;
  const problem = idProblem(text, 'missing_customer_id');
  if (problem !== null) return { rejected: problem };
  // Spreadsheets and data frames turn a number column with gaps into 17850.0.
  return /^\d+\.0$/.test(text) ? text.slice(0, -2) : text;
}

type Goods = Pick<OrderLine, 'quantity' | 'price' | 'status'>;

function readGoods(cells: readonly string[], settings: OrderLineSettings, orderId: string): Goods | Rejected {
  const { columns, mapping } = settings;
  const quantity =
    columns.quantity === -1 ? 1 : readNumber(cellText(cells, columns.quantity), mapping.decimal);
  if (quantity === null) return { rejected: 'unreadable_quantity' };
  const price = readPrice(cells, settings, quantity);
  if (price === undefined) return { rejected: 'unreadable_price' };
  if (Math.abs(quantity) > LARGEST_QUANTITY || Math.abs(price ?? 0) > LARGEST_PRICE) {
    return { rejected: 'number_too_large' };
  }
  const status = statusOf(cells, settings, { orderId, quantity });
  if (price !== null && price < 0 && status === 'completed') return { rejected: 'negative_price' };
  return {
    // Half a metre of cloth is a sale all the same.
    quantity: quantity < 0 ? Math.floor(quantity) : Math.ceil(quantity),
    price: price === null ? null : inUnits(Math.abs(price), mapping),
    status,
  };
}

/** Null when the file has no prices at all, 0 when this line has none, undefined when it cannot be read. */
function readPrice(
  cells: readonly string[],
  settings: OrderLineSettings,
  quantity: number,
): number | null | undefined {
  const { columns, mapping } = settings;
  if (columns.unit_price === -1 && columns.line_total === -1) return null;
  const unitText = cellText(cells, columns.unit_price);
  if (!isNothing(unitText)) return readNumber(unitText, mapping.decimal) ?? undefined;
  const totalText = cellText(cells, columns.line_total);
  if (isNothing(totalText)) return 0;
  const total = readNumber(totalText, mapping.decimal);
  if (total === null) return undefined;
  return quantity === 0 ? total : total / quantity;
}

/** The column's word; without one, goods that came back make a return, or in a C… order a cancellation. */
function statusOf(
  cells: readonly string[],
  settings: OrderLineSettings,
  line: { orderId: string; quantity: number },
): OrderStatus {
  const word = cellText(cells, settings.columns.status);
  const status = isNothing(word) ? 'completed' : settings.readStatus(word);
  if (status === null) settings.onUnknownStatus(word);
  if (status === 'cancelled' || status === 'returned' || line.quantity >= 0) return status ?? 'completed';
  return /^C\d/i.test(line.orderId) ? 'cancelled' : 'returned';
}

type Contact = Pick<OrderLine, 'customer_name' | 'email' | 'phone'>;
const NO_CONTACT: Contact = { customer_name: null, email: null, phone: null };

function readContact(cells: readonly string[], columns: Columns<OrderField>): Contact | null {
  if (columns.customer_name === -1 && columns.email === -1 && columns.phone === -1) return NO_CONTACT;
  const name = readName(cells, columns.customer_name);
  const email = readName(cells, columns.email);
  const phone = readName(cells, columns.phone);
  if (name === undefined || email === undefined || phone === undefined) return null;
  return { customer_name: name, email, phone };
}
