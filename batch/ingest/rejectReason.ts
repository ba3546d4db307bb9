/** Why a row was not loaded; the texts stand in the rejects file and in the summary. */
export const REJECT_REASONS = {
  wrong_number_of_columns: 'not as many columns as the header',
  unbalanced_quotes: 'a quote that is never closed',
  not_an_object: 'not a record that can be read as JSON',
  unreadable_characters: 'characters that are not UTF-8, or control characters',
  missing_order_id: 'no order id',
  missing_product_id: 'no product id',
  missing_customer_id: 'no customer id',
  id_too_long: 'an id longer than 256 characters',
  unreadable_date: 'no date, or one that cannot be read',
  ambiguous_date: 'day and month cannot be told apart: set "dates" in the mapping file',
  impossible_date: 'a date in the future or before 1970',
  unreadable_quantity: 'a quantity that is not a number',
  unreadable_price: 'a price that is not a number',
  negative_price: 'a negative price on a sale',
  number_too_large: 'a number too large to be true',
} as const;

export type RejectReason = keyof typeof REJECT_REASONS;

/** What to do where most rows of a file are rejected for one reason; the others are a matter of the mapping. */
export const REMEDIES: Readonly<Partial<Record<RejectReason, string>>> = {
  unreadable_characters: 'Save or export the file as UTF-8 (in Excel: "CSV UTF-8"), then repeat the command.',
  wrong_number_of_columns:
    'The rows must have as many columns as the header line, with the same delimiter; "delimiter" in the mapping (docs/ingest.md) says which.',
};
