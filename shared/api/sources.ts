/** Stores from best to last resort. */
export const SOURCES = ['kv', 'kv_previous', 'postgres', 'defaults', 'throttled'] as const;
