/** Personalize's minimums, quotas and defaults (source: developer guide, "Endpoints and quotas"). */

export const MIN_INTERACTIONS = 1_000;
export const MIN_USERS_WITH_TWO_INTERACTIONS = 25;
export const MIN_INCREMENTAL_RECORDS = 1_000;

/** Jobs of one kind that may be pending or in progress at once, in an account and region. */
export const MAX_PENDING_JOBS = 5;
export const MAX_SCHEMAS = 500;
export const MAX_SOLUTIONS_IN_GROUP = 10;
export const MAX_DATASET_GROUPS = 5;
export const MAX_FILTERS_IN_GROUP = 10;
export const MAX_CAMPAIGNS_IN_GROUP = 5;

/** Characters of a user or item id. */
export const MAX_ID_LENGTH = 256;
export const MAX_BATCH_FILES = 1_000;
/** Input items one file of a segment job may hold (item-affinity). */
export const MAX_SEGMENT_ITEMS = 500;
/** Queries one file of a segment job may hold (item-attribute-affinity). */
export const MAX_SEGMENT_QUERIES = 10;
export const DEFAULT_RESULTS = 25;
export const MAX_RESULTS = 500;
/** Users a segment may hold. */
export const MAX_SEGMENT_USERS = 5_000_000;
/** Latest interactions of a user that a filter sees, per event type. */
export const FILTER_INTERACTIONS = 100;

export const MAX_INTERACTION_METADATA = 5;
export const MAX_USER_FIELDS = 25;
export const MAX_ITEM_FIELDS = 100;
