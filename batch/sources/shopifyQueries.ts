import type { Kind } from '../ingest/kinds.ts';

/** GraphQL documents. Those of a bulk operation hold one connection in another at most. */

const ORDER = `id legacyResourceId name createdAt processedAt updatedAt cancelledAt test displayFinancialStatus
  currencyCode email phone
  customer { legacyResourceId displayName }
  shippingAddress { province city }
  billingAddress { province city }`;
const LINE = `id title sku quantity currentQuantity
  product { legacyResourceId }
  discountedUnitPriceSet { shopMoney { amount } }`;
const CUSTOMER = `id legacyResourceId displayName updatedAt
  defaultEmailAddress { emailAddress marketingState marketingUpdatedAt }
  defaultPhoneNumber { phoneNumber }
  defaultAddress { province city }`;
const PRODUCT = `id legacyResourceId title handle status onlineStoreUrl productType createdAt updatedAt
  category { fullName }
  featuredMedia { preview { image { url } } }`;
const VARIANT = 'id legacyResourceId sku price availableForSale';

/** What each bulk operation asks for. */
export const BULK: Readonly<Record<Kind, string>> = {
  orders: `{ orders { edges { node { ${ORDER} lineItems { edges { node { ${LINE} } } } } } } }`,
  customers: `{ customers { edges { node { ${CUSTOMER} } } } }`,
  products: `{ products { edges { node { ${PRODUCT} variants { edges { node { ${VARIANT} } } } } } } }`,
};

export const INSTALLATION = `query Installation {
  currentAppInstallation { accessScopes { handle } }
  shop { currencyCode }
}`;

/** Grouped: each order's lines follow it directly, so that the file can be read as a stream. */
export const START_BULK = `mutation StartBulk($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: true) {
    bulkOperation { id }
    userErrors { message code }
  }
}`;

export const BULK_STATE = `query BulkState($id: ID!) {
  node(id: $id) { ... on BulkOperation { status errorCode objectCount url } }
}`;

/** Orders of a page, and lines of each; the rest of a long order is asked for by itself. */
const ORDERS_PER_PAGE = 10;
const LINES_PER_ORDER = 20;

const LINES = `nodes { ${LINE} } pageInfo { hasNextPage endCursor }`;

export const CHANGED: Readonly<Record<Kind, string | null>> = {
  // Read as a whole each time.
  products: null,
  orders: `query Orders($query: String!, $after: String) {
    orders(first: ${ORDERS_PER_PAGE}, after: $after, sortKey: UPDATED_AT, query: $query) {
      nodes { ${ORDER} lineItems(first: ${LINES_PER_ORDER}) { ${LINES} } }
      pageInfo { hasNextPage endCursor }
    }
  }`,
  customers: `query Customers($query: String!, $after: String) {
    customers(first: 100, after: $after, sortKey: UPDATED_AT, query: $query) {
      nodes { ${CUSTOMER} }
      pageInfo { hasNextPage endCursor }
    }
  }`,
};

export const MORE_LINES = `query MoreLines($id: ID!, $after: String) {
  node(id: $id) { ... on Order { lineItems(first: 100, after: $after) { ${LINES} } } }
}`;
