// Made from the API's OpenAPI document: UPDATE_OPENAPI=1 npx vitest run edge/openapi
// Types and calls of the recommendation service, for browsers, servers and Workers. No dependencies.

export interface Recommendation {
  readonly product_id: string;
  readonly storefront_id: string | null;
  readonly product_name: string;
  readonly category: string | null;
  readonly category_path: readonly string[];
  readonly price: number | null;
  readonly currency: string | null;
  readonly url: string | null;
  readonly handle: string | null;
  readonly variant_id: string | null;
  readonly image_url: string | null;
  readonly available: boolean;
  readonly score: number | null;
  readonly score_kind: 'probability' | 'relative' | null;
  readonly reason: string;
  readonly reason_code:
    | 'similar_taste'
    | 'bought_with'
    | 'similar_to'
    | 'buy_again'
    | 'affinity'
    | 'popular_in_place'
    | 'popular_in_category'
    | 'popular'
    | 'trending'
    | 'for_you'
    | 'pinned';
  readonly reason_product_id: string | null;
  readonly step:
    | 'personal'
    | 'affinity'
    | 'similar'
    | 'popular_in_city'
    | 'popular_in_province'
    | 'popular_in_category'
    | 'popular_overall'
    | 'trending'
    | 'pinned'
    | 'defaults';
}

export interface CustomerCategory {
  readonly category: string;
  readonly category_path: readonly string[];
  readonly products: number;
}

export interface PageSlot {
  readonly slot: string;
  readonly placement:
    | 'user'
    | 'item-affinity'
    | 'next'
    | 'similar'
    | 'cart'
    | 'popular'
    | 'by-location'
    | 'trending';
  readonly recommendations: readonly Recommendation[];
  readonly personal: boolean;
  readonly fallback:
    | 'personal'
    | 'affinity'
    | 'similar'
    | 'popular_in_city'
    | 'popular_in_province'
    | 'popular_in_category'
    | 'popular_overall'
    | 'trending'
    | 'pinned'
    | 'defaults'
    | null;
  readonly source: 'kv' | 'kv_previous' | 'postgres' | 'defaults' | 'throttled';
}

export interface Degraded {
  readonly part: string;
  readonly source: 'kv' | 'kv_previous' | 'postgres' | 'defaults' | 'throttled' | 'stale';
}

export interface ProductPair {
  readonly product_id: string;
  readonly product_name: string;
  readonly paired_product_id: string;
  readonly paired_product_name: string;
  readonly orders: number;
  readonly lift: number | null;
  readonly confidence: number | null;
}

export interface ProductFigures {
  readonly product_id: string;
  readonly product_name: string;
  readonly category_path: readonly string[];
  readonly orders: number;
  readonly customers: number;
  readonly repeat_rate: number | null;
  readonly neighbours: number;
  readonly best_pair: {
    readonly product_id: string;
    readonly product_name: string;
    readonly orders: number;
    readonly confidence: number;
  } | null;
}

export interface CustomerSegment {
  readonly segment: number;
  readonly customers: number;
  readonly share: number;
  readonly orders_per_customer: number;
  readonly similarity: number;
  readonly tastes: readonly {
    readonly category: string;
    readonly category_path: readonly string[];
    readonly share: number;
    readonly lift: number;
  }[];
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code:
    | 'invalid_parameter'
    | 'not_found'
    | 'method_not_allowed'
    | 'gone'
    | 'unauthorized'
    | 'forbidden'
    | 'conflict'
    | 'version_conflict'
    | 'version_required'
    | 'too_large'
    | 'too_many_requests'
    | 'not_ready'
    | 'unavailable'
    | 'internal_error';
  readonly parameter?: string;
}

export interface UserAnswer {
  readonly user_id: string | null;
  readonly source: 'kv' | 'kv_previous' | 'postgres' | 'defaults' | 'throttled';
  readonly snapshot: number | null;
  readonly generated_at: string | null;
  readonly degraded: readonly Degraded[];
  readonly warnings: readonly string[];
  readonly recommendations: readonly Recommendation[];
  readonly personal: boolean;
  readonly fallback:
    | 'personal'
    | 'affinity'
    | 'similar'
    | 'popular_in_city'
    | 'popular_in_province'
    | 'popular_in_category'
    | 'popular_overall'
    | 'trending'
    | 'pinned'
    | 'defaults'
    | null;
  readonly rules: 'live' | 'stale' | 'bundled';
}

export interface AffinityAnswer {
  readonly user_id: string | null;
  readonly categories: readonly CustomerCategory[];
  readonly source: 'kv' | 'kv_previous' | 'postgres' | 'defaults' | 'throttled';
  readonly snapshot: number | null;
  readonly generated_at: string | null;
  readonly degraded: readonly Degraded[];
  readonly warnings: readonly string[];
  readonly recommendations: readonly Recommendation[];
  readonly personal: boolean;
  readonly fallback:
    | 'personal'
    | 'affinity'
    | 'similar'
    | 'popular_in_city'
    | 'popular_in_province'
    | 'popular_in_category'
    | 'popular_overall'
    | 'trending'
    | 'pinned'
    | 'defaults'
    | null;
  readonly rules: 'live' | 'stale' | 'bundled';
}

export interface PageAnswer {
  readonly user_id: string | null;
  readonly slots: readonly PageSlot[];
  readonly source: 'kv' | 'kv_previous' | 'postgres' | 'defaults' | 'throttled';
  readonly snapshot: number | null;
  readonly generated_at: string | null;
  readonly degraded: readonly Degraded[];
  readonly warnings: readonly string[];
  readonly rules: 'live' | 'stale' | 'bundled';
}

export interface ProductAnswer {
  readonly product_id: string | null;
  readonly items: readonly string[];
  readonly source: 'kv' | 'kv_previous' | 'postgres' | 'defaults' | 'throttled';
  readonly snapshot: number | null;
  readonly generated_at: string | null;
  readonly degraded: readonly Degraded[];
  readonly warnings: readonly string[];
  readonly recommendations: readonly Recommendation[];
  readonly personal: boolean;
  readonly fallback:
    | 'personal'
    | 'affinity'
    | 'similar'
    | 'popular_in_city'
    | 'popular_in_province'
    | 'popular_in_category'
    | 'popular_overall'
    | 'trending'
    | 'pinned'
    | 'defaults'
    | null;
  readonly rules: 'live' | 'stale' | 'bundled';
}

export interface CartAnswer {
  readonly items: readonly string[];
  readonly source: 'kv' | 'kv_previous' | 'postgres' | 'defaults' | 'throttled';
  readonly snapshot: number | null;
  readonly generated_at: string | null;
  readonly degraded: readonly Degraded[];
  readonly warnings: readonly string[];
  readonly recommendations: readonly Recommendation[];
  readonly personal: boolean;
  readonly fallback:
    | 'personal'
    | 'affinity'
    | 'similar'
    | 'popular_in_city'
    | 'popular_in_province'
    | 'popular_in_category'
    | 'popular_overall'
    | 'trending'
    | 'pinned'
    | 'defaults'
    | null;
  readonly rules: 'live' | 'stale' | 'bundled';
}

export interface PopularAnswer {
  readonly province: string | null;
  readonly city: string | null;
  readonly category: string | null;
  readonly source: 'kv' | 'kv_previous' | 'postgres' | 'defaults' | 'throttled';
  readonly snapshot: number | null;
  readonly generated_at: string | null;
  readonly degraded: readonly Degraded[];
  readonly warnings: readonly string[];
  readonly recommendations: readonly Recommendation[];
  readonly personal: boolean;
  readonly fallback:
    | 'personal'
    | 'affinity'
    | 'similar'
    | 'popular_in_city'
    | 'popular_in_province'
    | 'popular_in_category'
    | 'popular_overall'
    | 'trending'
    | 'pinned'
    | 'defaults'
    | null;
  readonly rules: 'live' | 'stale' | 'bundled';
}

export interface ProductsAnswer {
  readonly source: 'kv' | 'kv_previous' | 'postgres' | 'defaults' | 'throttled';
  readonly snapshot: number | null;
  readonly generated_at: string | null;
  readonly degraded: readonly Degraded[];
  readonly warnings: readonly string[];
  readonly products: readonly ProductFigures[];
}

export interface PairsAnswer {
  readonly source: 'kv' | 'kv_previous' | 'postgres' | 'defaults' | 'throttled';
  readonly snapshot: number | null;
  readonly generated_at: string | null;
  readonly degraded: readonly Degraded[];
  readonly warnings: readonly string[];
  readonly product_id: string | null;
  readonly known: boolean;
  readonly pairs: readonly ProductPair[];
}

export interface SegmentsAnswer {
  readonly source: 'kv' | 'kv_previous' | 'postgres' | 'defaults' | 'throttled';
  readonly snapshot: number | null;
  readonly generated_at: string | null;
  readonly degraded: readonly Degraded[];
  readonly warnings: readonly string[];
  readonly customers: number;
  readonly least_customers: number;
  readonly segments: readonly CustomerSegment[];
}

export interface MetricsAnswer {
  readonly source: 'kv' | 'kv_previous' | 'postgres' | 'defaults' | 'throttled';
  readonly snapshot: number | null;
  readonly generated_at: string | null;
  readonly degraded: readonly Degraded[];
  readonly warnings: readonly string[];
  readonly data_until: string | null;
  readonly metrics: Record<string, number>;
}

export interface StatusAnswer {
  readonly status: 'ok' | 'degraded';
  readonly version: string;
  readonly snapshot_formats: readonly number[];
  readonly source: 'kv' | 'kv_previous' | 'postgres' | 'defaults' | 'throttled';
  readonly snapshot: number | null;
  readonly generated_at: string | null;
  readonly data_until: string | null;
  readonly coverage: {
    readonly customers: number | null;
    readonly products: number | null;
    readonly catalogue: number | null;
  };
  readonly score_kind?: 'probability' | 'relative' | null;
  readonly counts?: Record<string, number>;
  readonly personal_lists?: {
    readonly on: boolean;
    readonly why: string | null;
  };
  readonly stores?: {
    readonly kv: {
      readonly state: 'ok' | 'skipped' | 'off';
      readonly reads: number;
      readonly errors: number;
      readonly timeouts: number;
      readonly missing: number;
      readonly corrupt: number;
      readonly skipped: number;
      readonly last_error: string | null;
    };
    readonly postgres: {
      readonly state: 'ok' | 'skipped' | 'off';
      readonly reads: number;
      readonly errors: number;
      readonly timeouts: number;
      readonly missing: number;
      readonly corrupt: number;
      readonly skipped: number;
      readonly last_error: string | null;
    };
  };
  readonly memory?: {
    readonly parts: number;
    readonly bytes: number;
    readonly limit_bytes: number;
  };
  readonly defaults?: {
    readonly generated_at: string | null;
    readonly products: number;
  };
  readonly problems?: readonly string[];
}

export interface HealthAnswer {
  readonly status: 'healthy';
  readonly source: 'kv' | 'kv_previous' | 'postgres' | 'defaults' | 'throttled';
  readonly snapshot: number | null;
  readonly personal_lists: {
    readonly on: boolean;
    readonly why: string | null;
  };
  readonly problems: readonly string[];
}

export interface LiveAnswer {
  readonly status: 'healthy';
}

export interface ReadyAnswer {
  readonly status: 'ready';
  readonly source: 'kv' | 'kv_previous' | 'postgres' | 'defaults' | 'throttled';
}

export interface OlderAnswer {
  readonly message: string;
  readonly recommendations: readonly {
    readonly product_id: string;
    readonly probability: number | null;
    readonly product_name: string;
    readonly department: string | null;
    readonly aisle: string | null;
  }[];
}

export interface UserQuestion {
  /** The customer's id in any system, up to 256 characters; blank: a guest */
  readonly user_id: string;
  /** 1: refuse parameters nobody knows, instead of naming them in warnings */
  readonly strict?: boolean;
  /** The system whose ids are given; without it ids of any system are accepted */
  readonly id_source?: string;
  /** How many items, 10 unless told */
  readonly limit?: number;
  /** Older name of limit */
  readonly numResults?: number;
  /** Products to leave out, at most 200 */
  readonly exclude?: readonly string[];
  /** Only products at this price or above it; not above price_max */
  readonly price_min?: number;
  /** Only products at this price or below it */
  readonly price_max?: number;
  /** 0: also what has sold out since the snapshot, marked available: false */
  readonly in_stock?: boolean;
  /** The place to fall back to; case and accents do not count */
  readonly province?: string;
  /** The place to fall back to; case and accents do not count */
  readonly city?: string;
  /** A category's name, or its path joined by >. Of popular the list's category, of similar and cart what fills up; elsewhere only its products are in the list */
  readonly category?: string;
  /** How many items to pass over */
  readonly offset?: number;
  /** 1: also leave out of the own list what was bought */
  readonly exclude_bought?: boolean;
  /** Products being looked at */
  readonly context?: readonly string[];
}

export interface UserAtOlderAddressQuestion {
  /** The customer's id in any system, up to 256 characters; blank: a guest */
  readonly user_id: string;
  /** 1: refuse parameters nobody knows, instead of naming them in warnings */
  readonly strict?: boolean;
  /** The system whose ids are given; without it ids of any system are accepted */
  readonly id_source?: string;
  /** How many items, 10 unless told */
  readonly limit?: number;
  /** Older name of limit */
  readonly numResults?: number;
  /** Products to leave out, at most 200 */
  readonly exclude?: readonly string[];
  /** Only products at this price or above it; not above price_max */
  readonly price_min?: number;
  /** Only products at this price or below it */
  readonly price_max?: number;
  /** 0: also what has sold out since the snapshot, marked available: false */
  readonly in_stock?: boolean;
  /** The place to fall back to; case and accents do not count */
  readonly province?: string;
  /** The place to fall back to; case and accents do not count */
  readonly city?: string;
  /** A category's name, or its path joined by >. Of popular the list's category, of similar and cart what fills up; elsewhere only its products are in the list */
  readonly category?: string;
  /** How many items to pass over */
  readonly offset?: number;
  /** 1: also leave out of the own list what was bought */
  readonly exclude_bought?: boolean;
  /** Products being looked at */
  readonly context?: readonly string[];
}

export interface ItemAffinityQuestion {
  /** The customer's id in any system, up to 256 characters; blank: a guest */
  readonly user_id: string;
  /** 1: refuse parameters nobody knows, instead of naming them in warnings */
  readonly strict?: boolean;
  /** The system whose ids are given; without it ids of any system are accepted */
  readonly id_source?: string;
  /** How many items, 10 unless told */
  readonly limit?: number;
  /** Older name of limit */
  readonly numResults?: number;
  /** Products to leave out, at most 200 */
  readonly exclude?: readonly string[];
  /** Only products at this price or above it; not above price_max */
  readonly price_min?: number;
  /** Only products at this price or below it */
  readonly price_max?: number;
  /** 0: also what has sold out since the snapshot, marked available: false */
  readonly in_stock?: boolean;
  /** The place to fall back to; case and accents do not count */
  readonly province?: string;
  /** The place to fall back to; case and accents do not count */
  readonly city?: string;
  /** A category's name, or its path joined by >. Of popular the list's category, of similar and cart what fills up; elsewhere only its products are in the list */
  readonly category?: string;
  /** How many items to pass over */
  readonly offset?: number;
  /** 1: also leave out of the own list what was bought */
  readonly exclude_bought?: boolean;
  /** Products being looked at */
  readonly context?: readonly string[];
}

export interface NextQuestion {
  /** 1: refuse parameters nobody knows, instead of naming them in warnings */
  readonly strict?: boolean;
  /** The system whose ids are given; without it ids of any system are accepted */
  readonly id_source?: string;
  /** How many items, 10 unless told */
  readonly limit?: number;
  /** Older name of limit */
  readonly numResults?: number;
  /** Products to leave out, at most 200 */
  readonly exclude?: readonly string[];
  /** Only products at this price or above it; not above price_max */
  readonly price_min?: number;
  /** Only products at this price or below it */
  readonly price_max?: number;
  /** 0: also what has sold out since the snapshot, marked available: false */
  readonly in_stock?: boolean;
  /** The place to fall back to; case and accents do not count */
  readonly province?: string;
  /** The place to fall back to; case and accents do not count */
  readonly city?: string;
  /** A category's name, or its path joined by >. Of popular the list's category, of similar and cart what fills up; elsewhere only its products are in the list */
  readonly category?: string;
  /** How many items to pass over */
  readonly offset?: number;
  /** 1: also leave out of the own list what was bought */
  readonly exclude_bought?: boolean;
  /** Products being looked at */
  readonly context?: readonly string[];
  /** The customer's id in any system; blank: a guest */
  readonly user?: string;
}

export interface PageQuestion {
  /** 1: refuse parameters nobody knows, instead of naming them in warnings */
  readonly strict?: boolean;
  /** The system whose ids are given; without it ids of any system are accepted */
  readonly id_source?: string;
  /** How many items, 10 unless told */
  readonly limit?: number;
  /** Older name of limit */
  readonly numResults?: number;
  /** Products to leave out, at most 200 */
  readonly exclude?: readonly string[];
  /** Only products at this price or above it; not above price_max */
  readonly price_min?: number;
  /** Only products at this price or below it */
  readonly price_max?: number;
  /** 0: also what has sold out since the snapshot, marked available: false */
  readonly in_stock?: boolean;
  /** The place to fall back to; case and accents do not count */
  readonly province?: string;
  /** The place to fall back to; case and accents do not count */
  readonly city?: string;
  /** A category's name, or its path joined by >. Of popular the list's category, of similar and cart what fills up; elsewhere only its products are in the list */
  readonly category?: string;
  /** The lists of the page: reads, each perhaps with its number of items, such as user:8,similar:4 */
  readonly slots: readonly string[];
  /** The customer's id in any system; blank: a guest */
  readonly user?: string;
  /** 1: also leave out of the own list what was bought */
  readonly exclude_bought?: boolean;
  /** Products the list is about; none of them is in the answer */
  readonly items?: readonly string[];
  /** Products being looked at */
  readonly context?: readonly string[];
}

export interface SimilarQuestion {
  /** The product's id in any system, up to 256 characters */
  readonly product_id: string;
  /** 1: refuse parameters nobody knows, instead of naming them in warnings */
  readonly strict?: boolean;
  /** The system whose ids are given; without it ids of any system are accepted */
  readonly id_source?: string;
  /** How many items, 10 unless told */
  readonly limit?: number;
  /** Older name of limit */
  readonly numResults?: number;
  /** Products to leave out, at most 200 */
  readonly exclude?: readonly string[];
  /** Only products at this price or above it; not above price_max */
  readonly price_min?: number;
  /** Only products at this price or below it */
  readonly price_max?: number;
  /** 0: also what has sold out since the snapshot, marked available: false */
  readonly in_stock?: boolean;
  /** The place to fall back to; case and accents do not count */
  readonly province?: string;
  /** The place to fall back to; case and accents do not count */
  readonly city?: string;
  /** A category's name, or its path joined by >. Of popular the list's category, of similar and cart what fills up; elsewhere only its products are in the list */
  readonly category?: string;
  /** How many items to pass over */
  readonly offset?: number;
  /** Products the list is about; none of them is in the answer */
  readonly items?: readonly string[];
  /** Products being looked at */
  readonly context?: readonly string[];
}

export interface SimilarToSeveralQuestion {
  /** 1: refuse parameters nobody knows, instead of naming them in warnings */
  readonly strict?: boolean;
  /** The system whose ids are given; without it ids of any system are accepted */
  readonly id_source?: string;
  /** How many items, 10 unless told */
  readonly limit?: number;
  /** Older name of limit */
  readonly numResults?: number;
  /** Products to leave out, at most 200 */
  readonly exclude?: readonly string[];
  /** Only products at this price or above it; not above price_max */
  readonly price_min?: number;
  /** Only products at this price or below it */
  readonly price_max?: number;
  /** 0: also what has sold out since the snapshot, marked available: false */
  readonly in_stock?: boolean;
  /** The place to fall back to; case and accents do not count */
  readonly province?: string;
  /** The place to fall back to; case and accents do not count */
  readonly city?: string;
  /** A category's name, or its path joined by >. Of popular the list's category, of similar and cart what fills up; elsewhere only its products are in the list */
  readonly category?: string;
  /** How many items to pass over */
  readonly offset?: number;
  /** Products the list is about; none of them is in the answer */
  readonly items?: readonly string[];
  /** Products being looked at */
  readonly context?: readonly string[];
}

export interface CartQuestion {
  /** 1: refuse parameters nobody knows, instead of naming them in warnings */
  readonly strict?: boolean;
  /** The system whose ids are given; without it ids of any system are accepted */
  readonly id_source?: string;
  /** How many items, 10 unless told */
  readonly limit?: number;
  /** Older name of limit */
  readonly numResults?: number;
  /** Products to leave out, at most 200 */
  readonly exclude?: readonly string[];
  /** Only products at this price or above it; not above price_max */
  readonly price_min?: number;
  /** Only products at this price or below it */
  readonly price_max?: number;
  /** 0: also what has sold out since the snapshot, marked available: false */
  readonly in_stock?: boolean;
  /** The place to fall back to; case and accents do not count */
  readonly province?: string;
  /** The place to fall back to; case and accents do not count */
  readonly city?: string;
  /** A category's name, or its path joined by >. Of popular the list's category, of similar and cart what fills up; elsewhere only its products are in the list */
  readonly category?: string;
  /** How many items to pass over */
  readonly offset?: number;
  /** Products the list is about; none of them is in the answer */
  readonly items?: readonly string[];
  /** Products being looked at */
  readonly context?: readonly string[];
}

export interface PopularQuestion {
  /** 1: refuse parameters nobody knows, instead of naming them in warnings */
  readonly strict?: boolean;
  /** The system whose ids are given; without it ids of any system are accepted */
  readonly id_source?: string;
  /** How many items, 10 unless told */
  readonly limit?: number;
  /** Older name of limit */
  readonly numResults?: number;
  /** Products to leave out, at most 200 */
  readonly exclude?: readonly string[];
  /** Only products at this price or above it; not above price_max */
  readonly price_min?: number;
  /** Only products at this price or below it */
  readonly price_max?: number;
  /** 0: also what has sold out since the snapshot, marked available: false */
  readonly in_stock?: boolean;
  /** The place to fall back to; case and accents do not count */
  readonly province?: string;
  /** The place to fall back to; case and accents do not count */
  readonly city?: string;
  /** A category's name, or its path joined by >. Of popular the list's category, of similar and cart what fills up; elsewhere only its products are in the list */
  readonly category?: string;
  /** How many items to pass over */
  readonly offset?: number;
}

export interface ByLocationQuestion {
  /** 1: refuse parameters nobody knows, instead of naming them in warnings */
  readonly strict?: boolean;
  /** The system whose ids are given; without it ids of any system are accepted */
  readonly id_source?: string;
  /** How many items, 10 unless told */
  readonly limit?: number;
  /** Older name of limit */
  readonly numResults?: number;
  /** Products to leave out, at most 200 */
  readonly exclude?: readonly string[];
  /** Only products at this price or above it; not above price_max */
  readonly price_min?: number;
  /** Only products at this price or below it */
  readonly price_max?: number;
  /** 0: also what has sold out since the snapshot, marked available: false */
  readonly in_stock?: boolean;
  /** The place to fall back to; case and accents do not count */
  readonly province?: string;
  /** The place to fall back to; case and accents do not count */
  readonly city?: string;
  /** A category's name, or its path joined by >. Of popular the list's category, of similar and cart what fills up; elsewhere only its products are in the list */
  readonly category?: string;
  /** How many items to pass over */
  readonly offset?: number;
}

export interface TrendingQuestion {
  /** 1: refuse parameters nobody knows, instead of naming them in warnings */
  readonly strict?: boolean;
  /** The system whose ids are given; without it ids of any system are accepted */
  readonly id_source?: string;
  /** How many items, 10 unless told */
  readonly limit?: number;
  /** Older name of limit */
  readonly numResults?: number;
  /** Products to leave out, at most 200 */
  readonly exclude?: readonly string[];
  /** Only products at this price or above it; not above price_max */
  readonly price_min?: number;
  /** Only products at this price or below it */
  readonly price_max?: number;
  /** 0: also what has sold out since the snapshot, marked available: false */
  readonly in_stock?: boolean;
  /** The place to fall back to; case and accents do not count */
  readonly province?: string;
  /** The place to fall back to; case and accents do not count */
  readonly city?: string;
  /** A category's name, or its path joined by >. Of popular the list's category, of similar and cart what fills up; elsewhere only its products are in the list */
  readonly category?: string;
  /** How many items to pass over */
  readonly offset?: number;
}

export interface CollaborativeProductsQuestion {
  /** 1: refuse parameters nobody knows, instead of naming them in warnings */
  readonly strict?: boolean;
  /** The system whose ids are given; without it ids of any system are accepted */
  readonly id_source?: string;
  /** How many items, 10 unless told */
  readonly limit?: number;
  /** How many items to pass over */
  readonly offset?: number;
}

export interface CollaborativePairsQuestion {
  /** 1: refuse parameters nobody knows, instead of naming them in warnings */
  readonly strict?: boolean;
  /** The system whose ids are given; without it ids of any system are accepted */
  readonly id_source?: string;
  /** How many items, 10 unless told */
  readonly limit?: number;
  /** How many items to pass over */
  readonly offset?: number;
  /** The product's id in any system, up to 256 characters */
  readonly product_id?: string;
}

export interface CustomerSimilarityQuestion {
  /** 1: refuse parameters nobody knows, instead of naming them in warnings */
  readonly strict?: boolean;
  /** The system whose ids are given; without it ids of any system are accepted */
  readonly id_source?: string;
  /** How many items, 10 unless told */
  readonly limit?: number;
  /** How many items to pass over */
  readonly offset?: number;
}

export interface CollaborativeMetricsQuestion {
  /** 1: refuse parameters nobody knows, instead of naming them in warnings */
  readonly strict?: boolean;
  /** The system whose ids are given; without it ids of any system are accepted */
  readonly id_source?: string;
}

export interface OlderQuestion {
  /** The customer's id in any system, up to 256 characters; blank: a guest */
  readonly user_id: string;
  /** 1: refuse parameters nobody knows, instead of naming them in warnings */
  readonly strict?: boolean;
  /** The system whose ids are given; without it ids of any system are accepted */
  readonly id_source?: string;
  /** How many items, 10 unless told */
  readonly limit?: number;
  /** Older name of limit */
  readonly numResults?: number;
  /** Products to leave out, at most 200 */
  readonly exclude?: readonly string[];
  /** Only products at this price or above it; not above price_max */
  readonly price_min?: number;
  /** Only products at this price or below it */
  readonly price_max?: number;
  /** 0: also what has sold out since the snapshot, marked available: false */
  readonly in_stock?: boolean;
  /** The place to fall back to; case and accents do not count */
  readonly province?: string;
  /** The place to fall back to; case and accents do not count */
  readonly city?: string;
  /** A category's name, or its path joined by >. Of popular the list's category, of similar and cart what fills up; elsewhere only its products are in the list */
  readonly category?: string;
  /** How many items to pass over */
  readonly offset?: number;
  /** 1: also leave out of the own list what was bought */
  readonly exclude_bought?: boolean;
  /** Products being looked at */
  readonly context?: readonly string[];
}

/** What an answer says of each product when `fields` names some. */
export type Shown<F extends keyof Recommendation> = Pick<Recommendation, F | 'product_id'>;
export type WithFields<A, F extends keyof Recommendation> = Omit<A, 'recommendations' | 'slots'> &
  (A extends { recommendations: unknown } ? { recommendations: Shown<F>[] } : unknown) &
  (A extends { slots: readonly (infer S)[] } ? { slots: WithFields<S, F>[] } : unknown);

/** An answer that is none: `problem.code` is stable, `problem.parameter` names what is wrong. */
export class RecommendationsError extends Error {
  readonly status: number;
  readonly problem: Problem | null;
  constructor(status: number, problem: Problem | null) {
    super(problem?.detail ?? `the service answered ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

export interface ClientSettings {
  /** Where the service is, such as https://recommendations.example */
  readonly baseUrl: string;
  /** Sent as Authorization: Bearer: a shopper's token, or a server's read key. */
  readonly token?: string;
  /** Instead of the global fetch. */
  readonly fetch?: (
    url: string,
    init: { headers: Record<string, string>; signal?: AbortSignal },
  ) => Promise<Response>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

type Value = string | number | boolean | readonly string[] | null | undefined;

/** One method for each read. Throws RecommendationsError for an answer that is not 200. */
export function createRecommendationsClient({ baseUrl, token, fetch: send = fetch }: ClientSettings) {
  async function call(path: string, query: object, { signal }: CallOptions): Promise<unknown> {
    const url = new URL(path, baseUrl);
    for (const [name, value] of Object.entries<Value>({ ...query })) {
      if (value === undefined || value === null) continue;
      const text = typeof value === 'boolean' ? String(Number(value)) : String(value);
      url.searchParams.set(name, text);
    }
    const headers: Record<string, string> = { accept: 'application/json' };
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    const response = await send(url.href, { headers, ...(signal === undefined ? {} : { signal }) });
    const body: unknown = await response.json().catch(() => null);
    if (response.status === 200) return body;
    throw new RecommendationsError(response.status, body as Problem | null);
  }

  return {
    /**
     * A customer's list; any id is accepted.
     *
     * GET /api/v1/personalize/recommendations/user/ayesha?limit=2
     * {
     *  "user_id": "ayesha",
     *  "recommendations": [
     *   {
     *    "product_id": "P-11",
     *    "storefront_id": null,
     *    "product_name": "Pillow 11 “Süß”",
     *    "category": "Pillows",
     *    "category_path": [
     *     "Bedding",
     *     "Pillows"
     *    ],
     *    "price": 11.5,
     *    "currency": "PKR",
     *    "url": "https://shop.example/products/11",
     *    "handle": "product-11",
     *    "variant_id": "1100",
     *    "image_url": null,
     *    "available": true,
     *    "score": 0.196,
     *    "score_kind": "probability",
     *    "reason": "Often bought with Mattress 1 “Süß”",
     *    "reason_code": "bought_with",
     *    "reason_product_id": "P-1",
     *    "step": "personal"
     *   },
     *   {
     *    "product_id": "P-2",
     *    "storefront_id": null,
     *    "product_name": "Mattress 2 “Süß”",
     *    "category": "Mattresses",
     *    "category_path": [
     *     "Bedding",
     *     "Mattresses"
     *    ],
     *    "price": 2.5,
     *    "currency": "PKR",
     *    "url": "https://shop.example/products/2",
     *    "handle": "product-2",
     *    "variant_id": "200",
     *    "image_url": null,
     *    "available": true,
     *    "score": 0.102,
     *    "score_kind": "probability",
     *    "reason": "You buy this every 5 weeks",
     *    "reason_code": "buy_again",
     *    "reason_product_id": "P-2",
     *    "step": "personal"
     *   }
     *  ],
     *  "personal": true,
     *  "fallback": null,
     *  "rules": "live",
     *  "source": "kv",
     *  "snapshot": 2,
     *  "generated_at": "2026-03-02T00:00:00.000Z",
     *  "degraded": [],
     *  "warnings": []
     * }
     */
    async user<F extends keyof Recommendation = keyof Recommendation>(
      { user_id, ...query }: UserQuestion & { readonly fields?: readonly F[] },
      options: CallOptions = {},
    ): Promise<WithFields<UserAnswer, F>> {
      return (await call(
        `/api/v1/personalize/recommendations/user/${encodeURIComponent(user_id)}`,
        query,
        options,
      )) as WithFields<UserAnswer, F>;
    },
    /**
     * The same at its older address.
     *
     * GET /api/v1/personalize/recommendations/ayesha?limit=1
     * {
     *  "user_id": "ayesha",
     *  "recommendations": [
     *   {
     *    "product_id": "P-11",
     *    "storefront_id": null,
     *    "product_name": "Pillow 11 “Süß”",
     *    "category": "Pillows",
     *    "category_path": [
     *     "Bedding",
     *     "Pillows"
     *    ],
     *    "price": 11.5,
     *    "currency": "PKR",
     *    "url": "https://shop.example/products/11",
     *    "handle": "product-11",
     *    "variant_id": "1100",
     *    "image_url": null,
     *    "available": true,
     *    "score": 0.196,
     *    "score_kind": "probability",
     *    "reason": "Often bought with Mattress 1 “Süß”",
     *    "reason_code": "bought_with",
     *    "reason_product_id": "P-1",
     *    "step": "personal"
     *   }
     *  ],
     *  "personal": true,
     *  "fallback": null,
     *  "rules": "live",
     *  "source": "kv",
     *  "snapshot": 2,
     *  "generated_at": "2026-03-02T00:00:00.000Z",
     *  "degraded": [],
     *  "warnings": []
     * }
     */
    async userAtOlderAddress<F extends keyof Recommendation = keyof Recommendation>(
      { user_id, ...query }: UserAtOlderAddressQuestion & { readonly fields?: readonly F[] },
      options: CallOptions = {},
    ): Promise<WithFields<UserAnswer, F>> {
      return (await call(
        `/api/v1/personalize/recommendations/${encodeURIComponent(user_id)}`,
        query,
        options,
      )) as WithFields<UserAnswer, F>;
    },
    /**
     * Products whose likeliest customers include this one, and the customer's categories.
     *
     * GET /api/v1/personalize/recommendations/item-affinity/ayesha?limit=1
     * {
     *  "user_id": "ayesha",
     *  "categories": [
     *   {
     *    "category": "Pillows",
     *    "category_path": [
     *     "Bedding",
     *     "Pillows"
     *    ],
     *    "products": 2
     *   },
     *   {
     *    "category": "Mattresses",
     *    "category_path": [
     *     "Bedding",
     *     "Mattresses"
     *    ],
     *    "products": 2
     *   }
     *  ],
     *  "recommendations": [
     *   {
     *    "product_id": "P-14",
     *    "storefront_id": null,
     *    "product_name": "Pillow 14 “Süß”",
     *    "category": "Pillows",
     *    "category_path": [
     *     "Bedding",
     *     "Pillows"
     *    ],
     *    "price": 14.5,
     *    "currency": "PKR",
     *    "url": "https://shop.example/products/14",
     *    "handle": "product-14",
     *    "variant_id": "1400",
     *    "image_url": null,
     *    "available": true,
     *    "score": null,
     *    "score_kind": null,
     *    "reason": "Fits what you have bought",
     *    "reason_code": "affinity",
     *    "reason_product_id": null,
     *    "step": "affinity"
     *   }
     *  ],
     *  "personal": true,
     *  "fallback": null,
     *  "rules": "live",
     *  "source": "kv",
     *  "snapshot": 2,
     *  "generated_at": "2026-03-02T00:00:00.000Z",
     *  "degraded": [],
     *  "warnings": []
     * }
     */
    async itemAffinity<F extends keyof Recommendation = keyof Recommendation>(
      { user_id, ...query }: ItemAffinityQuestion & { readonly fields?: readonly F[] },
      options: CallOptions = {},
    ): Promise<WithFields<AffinityAnswer, F>> {
      return (await call(
        `/api/v1/personalize/recommendations/item-affinity/${encodeURIComponent(user_id)}`,
        query,
        options,
      )) as WithFields<AffinityAnswer, F>;
    },
    /**
     * The customer's list blended with what goes with the products being looked at.
     *
     * GET /api/v1/personalize/recommendations/next?user=ayesha&context=P-3&limit=2
     * {
     *  "user_id": "ayesha",
     *  "recommendations": [
     *   {
     *    "product_id": "P-13",
     *    "storefront_id": null,
     *    "product_name": "Pillow 13 “Süß”",
     *    "category": "Pillows",
     *    "category_path": [
     *     "Bedding",
     *     "Pillows"
     *    ],
     *    "price": 13.5,
     *    "currency": "PKR",
     *    "url": "https://shop.example/products/13",
     *    "handle": "product-13",
     *    "variant_id": "1300",
     *    "image_url": null,
     *    "available": true,
     *    "score": null,
     *    "score_kind": null,
     *    "reason": "Similar to Mattress 3 “Süß”",
     *    "reason_code": "similar_to",
     *    "reason_product_id": "P-3",
     *    "step": "similar"
     *   },
     *   {
     *    "product_id": "P-11",
     *    "storefront_id": null,
     *    "product_name": "Pillow 11 “Süß”",
     *    "category": "Pillows",
     *    "category_path": [
     *     "Bedding",
     *     "Pillows"
     *    ],
     *    "price": 11.5,
     *    "currency": "PKR",
     *    "url": "https://shop.example/products/11",
     *    "handle": "product-11",
     *    "variant_id": "1100",
     *    "image_url": null,
     *    "available": true,
     *    "score": 0.196,
     *    "score_kind": "probability",
     *    "reason": "Often bought with Mattress 1 “Süß”",
     *    "reason_code": "bought_with",
     *    "reason_product_id": "P-1",
     *    "step": "personal"
     *   }
     *  ],
     *  "personal": true,
     *  "fallback": null,
     *  "rules": "live",
     *  "source": "kv",
     *  "snapshot": 2,
     *  "generated_at": "2026-03-02T00:00:00.000Z",
     *  "degraded": [],
     *  "warnings": []
     * }
     */
    async next<F extends keyof Recommendation = keyof Recommendation>(
      query: NextQuestion & { readonly fields?: readonly F[] } = {},
      options: CallOptions = {},
    ): Promise<WithFields<UserAnswer, F>> {
      return (await call('/api/v1/personalize/recommendations/next', query, options)) as WithFields<
        UserAnswer,
        F
      >;
    },
    /**
     * Several lists for one page; no product stands in two of them.
     *
     * GET /api/v1/personalize/recommendations/page?slots=user:2,similar:1,popular:1&user=ayesha&items=P-3
     * {
     *  "user_id": "ayesha",
     *  "slots": [
     *   {
     *    "slot": "user:2",
     *    "placement": "user",
     *    "recommendations": [
     *     {
     *      "product_id": "P-11",
     *      "storefront_id": null,
     *      "product_name": "Pillow 11 “Süß”",
     *      "category": "Pillows",
     *      "category_path": [
     *       "Bedding",
     *       "Pillows"
     *      ],
     *      "price": 11.5,
     *      "currency": "PKR",
     *      "url": "https://shop.example/products/11",
     *      "handle": "product-11",
     *      "variant_id": "1100",
     *      "image_url": null,
     *      "available": true,
     *      "score": 0.196,
     *      "score_kind": "probability",
     *      "reason": "Often bought with Mattress 1 “Süß”",
     *      "reason_code": "bought_with",
     *      "reason_product_id": "P-1",
     *      "step": "personal"
     *     },
     *     {
     *      "product_id": "P-2",
     *      "storefront_id": null,
     *      "product_name": "Mattress 2 “Süß”",
     *      "category": "Mattresses",
     *      "category_path": [
     *       "Bedding",
     *       "Mattresses"
     *      ],
     *      "price": 2.5,
     *      "currency": "PKR",
     *      "url": "https://shop.example/products/2",
     *      "handle": "product-2",
     *      "variant_id": "200",
     *      "image_url": null,
     *      "available": true,
     *      "score": 0.102,
     *      "score_kind": "probability",
     *      "reason": "You buy this every 5 weeks",
     *      "reason_code": "buy_again",
     *      "reason_product_id": "P-2",
     *      "step": "personal"
     *     }
     *    ],
     *    "personal": true,
     *    "fallback": null,
     *    "source": "kv"
     *   },
     *   {
     *    "slot": "similar:1",
     *    "placement": "similar",
     *    "recommendations": [
     *     {
     *      "product_id": "P-4",
     *      "storefront_id": null,
     *      "product_name": "Mattress 4 “Süß”",
     *      "category": "Mattresses",
     *      "category_path": [
     *       "Bedding",
     *       "Mattresses"
     *      ],
     *      "price": 4.5,
     *      "currency": "PKR",
     *      "url": "https://shop.example/products/4",
     *      "handle": "product-4",
     *      "variant_id": "400",
     *      "image_url": null,
     *      "available": true,
     *      "score": null,
     *      "score_kind": null,
     *      "reason": "Often bought with Mattress 3 “Süß”",
     *      "reason_code": "bought_with",
     *      "reason_product_id": "P-3",
     *      "step": "similar"
     *     }
     *    ],
     *    "personal": false,
     *    "fallback": null,
     *    "source": "kv"
     *   },
     *   {
     *    "slot": "popular:1",
     *    "placement": "popular",
     *    "recommendations": [
     *     {
     *      "product_id": "P-6",
     *      "storefront_id": null,
     *      "product_name": "Mattress 6 “Süß”",
     *      "category": "Mattresses",
     *      "category_path": [
     *       "Bedding",
     *       "Mattresses"
     *      ],
     *      "price": 6.5,
     *      "currency": "PKR",
     *      "url": "https://shop.example/products/6",
     *      "handle": "product-6",
     *      "variant_id": "600",
     *      "image_url": null,
     *      "available": true,
     *      "score": null,
     *      "score_kind": null,
     *      "reason": "Popular in this shop",
     *      "reason_code": "popular",
     *      "reason_product_id": null,
     *      "step": "popular_overall"
     *     }
     *    ],
     *    "personal": false,
     *    "fallback": null,
     *    "source": "kv"
     *   }
     *  ],
     *  "rules": "live",
     *  "source": "kv",
     *  "snapshot": 2,
     *  "generated_at": "2026-03-02T00:00:00.000Z",
     *  "degraded": [],
     *  "warnings": []
     * }
     */
    async page<F extends keyof Recommendation = keyof Recommendation>(
      query: PageQuestion & { readonly fields?: readonly F[] },
      options: CallOptions = {},
    ): Promise<WithFields<PageAnswer, F>> {
      return (await call('/api/v1/personalize/recommendations/page', query, options)) as WithFields<
        PageAnswer,
        F
      >;
    },
    /**
     * What goes with a product, and with more of them named in items.
     *
     * GET /api/v1/personalize/recommendations/similar/P-1?limit=2
     * {
     *  "product_id": "P-1",
     *  "items": [
     *   "P-1"
     *  ],
     *  "recommendations": [
     *   {
     *    "product_id": "P-2",
     *    "storefront_id": null,
     *    "product_name": "Mattress 2 “Süß”",
     *    "category": "Mattresses",
     *    "category_path": [
     *     "Bedding",
     *     "Mattresses"
     *    ],
     *    "price": 2.5,
     *    "currency": "PKR",
     *    "url": "https://shop.example/products/2",
     *    "handle": "product-2",
     *    "variant_id": "200",
     *    "image_url": null,
     *    "available": true,
     *    "score": null,
     *    "score_kind": null,
     *    "reason": "Often bought with Mattress 1 “Süß”",
     *    "reason_code": "bought_with",
     *    "reason_product_id": "P-1",
     *    "step": "similar"
     *   },
     *   {
     *    "product_id": "P-11",
     *    "storefront_id": null,
     *    "product_name": "Pillow 11 “Süß”",
     *    "category": "Pillows",
     *    "category_path": [
     *     "Bedding",
     *     "Pillows"
     *    ],
     *    "price": 11.5,
     *    "currency": "PKR",
     *    "url": "https://shop.example/products/11",
     *    "handle": "product-11",
     *    "variant_id": "1100",
     *    "image_url": null,
     *    "available": true,
     *    "score": null,
     *    "score_kind": null,
     *    "reason": "Similar to Mattress 1 “Süß”",
     *    "reason_code": "similar_to",
     *    "reason_product_id": "P-1",
     *    "step": "similar"
     *   }
     *  ],
     *  "personal": false,
     *  "fallback": null,
     *  "rules": "live",
     *  "source": "kv",
     *  "snapshot": 2,
     *  "generated_at": "2026-03-02T00:00:00.000Z",
     *  "degraded": [],
     *  "warnings": []
     * }
     */
    async similar<F extends keyof Recommendation = keyof Recommendation>(
      { product_id, ...query }: SimilarQuestion & { readonly fields?: readonly F[] },
      options: CallOptions = {},
    ): Promise<WithFields<ProductAnswer, F>> {
      return (await call(
        `/api/v1/personalize/recommendations/similar/${encodeURIComponent(product_id)}`,
        query,
        options,
      )) as WithFields<ProductAnswer, F>;
    },
    /**
     * What goes with several products, each alone.
     *
     * GET /api/v1/personalize/recommendations/similar?items=P-1,P-2&limit=1&fields=product_name,url,variant_id,reason
     * {
     *  "product_id": null,
     *  "items": [
     *   "P-1",
     *   "P-2"
     *  ],
     *  "recommendations": [
     *   {
     *    "product_id": "P-11",
     *    "product_name": "Pillow 11 “Süß”",
     *    "url": "https://shop.example/products/11",
     *    "variant_id": "1100",
     *    "reason": "Similar to Mattress 1 “Süß”"
     *   }
     *  ],
     *  "personal": false,
     *  "fallback": null,
     *  "rules": "live",
     *  "source": "kv",
     *  "snapshot": 2,
     *  "generated_at": "2026-03-02T00:00:00.000Z",
     *  "degraded": [],
     *  "warnings": []
     * }
     */
    async similarToSeveral<F extends keyof Recommendation = keyof Recommendation>(
      query: SimilarToSeveralQuestion & { readonly fields?: readonly F[] } = {},
      options: CallOptions = {},
    ): Promise<WithFields<ProductAnswer, F>> {
      return (await call('/api/v1/personalize/recommendations/similar', query, options)) as WithFields<
        ProductAnswer,
        F
      >;
    },
    /**
     * What goes with several products together.
     *
     * GET /api/v1/personalize/recommendations/cart?items=P-1,P-2&limit=1
     * {
     *  "items": [
     *   "P-1",
     *   "P-2"
     *  ],
     *  "recommendations": [
     *   {
     *    "product_id": "P-11",
     *    "storefront_id": null,
     *    "product_name": "Pillow 11 “Süß”",
     *    "category": "Pillows",
     *    "category_path": [
     *     "Bedding",
     *     "Pillows"
     *    ],
     *    "price": 11.5,
     *    "currency": "PKR",
     *    "url": "https://shop.example/products/11",
     *    "handle": "product-11",
     *    "variant_id": "1100",
     *    "image_url": null,
     *    "available": true,
     *    "score": null,
     *    "score_kind": null,
     *    "reason": "Similar to Mattress 1 “Süß”",
     *    "reason_code": "similar_to",
     *    "reason_product_id": "P-1",
     *    "step": "similar"
     *   }
     *  ],
     *  "personal": false,
     *  "fallback": null,
     *  "rules": "live",
     *  "source": "kv",
     *  "snapshot": 2,
     *  "generated_at": "2026-03-02T00:00:00.000Z",
     *  "degraded": [],
     *  "warnings": []
     * }
     */
    async cart<F extends keyof Recommendation = keyof Recommendation>(
      query: CartQuestion & { readonly fields?: readonly F[] } = {},
      options: CallOptions = {},
    ): Promise<WithFields<CartAnswer, F>> {
      return (await call('/api/v1/personalize/recommendations/cart', query, options)) as WithFields<
        CartAnswer,
        F
      >;
    },
    /**
     * What is popular in the shop, a category or a place.
     *
     * GET /api/v1/personalize/recommendations/popular?category=Bedding&limit=1
     * {
     *  "province": null,
     *  "city": null,
     *  "category": "Bedding",
     *  "recommendations": [
     *   {
     *    "product_id": "P-6",
     *    "storefront_id": null,
     *    "product_name": "Mattress 6 “Süß”",
     *    "category": "Mattresses",
     *    "category_path": [
     *     "Bedding",
     *     "Mattresses"
     *    ],
     *    "price": 6.5,
     *    "currency": "PKR",
     *    "url": "https://shop.example/products/6",
     *    "handle": "product-6",
     *    "variant_id": "600",
     *    "image_url": null,
     *    "available": true,
     *    "score": null,
     *    "score_kind": null,
     *    "reason": "Popular in Bedding",
     *    "reason_code": "popular_in_category",
     *    "reason_product_id": null,
     *    "step": "popular_in_category"
     *   }
     *  ],
     *  "personal": false,
     *  "fallback": null,
     *  "rules": "live",
     *  "source": "kv",
     *  "snapshot": 2,
     *  "generated_at": "2026-03-02T00:00:00.000Z",
     *  "degraded": [],
     *  "warnings": []
     * }
     */
    async popular<F extends keyof Recommendation = keyof Recommendation>(
      query: PopularQuestion & { readonly fields?: readonly F[] } = {},
      options: CallOptions = {},
    ): Promise<WithFields<PopularAnswer, F>> {
      return (await call('/api/v1/personalize/recommendations/popular', query, options)) as WithFields<
        PopularAnswer,
        F
      >;
    },
    /**
     * What is popular at a place.
     *
     * GET /api/v1/personalize/recommendations/by-location?province=Punjab&city=Lahore&limit=1
     * {
     *  "province": "Punjab",
     *  "city": "Lahore",
     *  "category": null,
     *  "recommendations": [
     *   {
     *    "product_id": "P-10",
     *    "storefront_id": null,
     *    "product_name": "Mattress 10 “Süß”",
     *    "category": "Mattresses",
     *    "category_path": [
     *     "Bedding",
     *     "Mattresses"
     *    ],
     *    "price": 10.5,
     *    "currency": "PKR",
     *    "url": "https://shop.example/products/10",
     *    "handle": "product-10",
     *    "variant_id": "1000",
     *    "image_url": null,
     *    "available": true,
     *    "score": null,
     *    "score_kind": null,
     *    "reason": "Popular in Lahore",
     *    "reason_code": "popular_in_place",
     *    "reason_product_id": null,
     *    "step": "popular_in_city"
     *   }
     *  ],
     *  "personal": false,
     *  "fallback": null,
     *  "rules": "live",
     *  "source": "kv",
     *  "snapshot": 2,
     *  "generated_at": "2026-03-02T00:00:00.000Z",
     *  "degraded": [],
     *  "warnings": []
     * }
     */
    async byLocation<F extends keyof Recommendation = keyof Recommendation>(
      query: ByLocationQuestion & { readonly fields?: readonly F[] } = {},
      options: CallOptions = {},
    ): Promise<WithFields<PopularAnswer, F>> {
      return (await call('/api/v1/personalize/recommendations/by-location', query, options)) as WithFields<
        PopularAnswer,
        F
      >;
    },
    /**
     * What sells more than it did.
     *
     * GET /api/v1/personalize/recommendations/trending?limit=1
     * {
     *  "province": null,
     *  "city": null,
     *  "category": null,
     *  "recommendations": [
     *   {
     *    "product_id": "P-19",
     *    "storefront_id": null,
     *    "product_name": "Pillow 19 “Süß”",
     *    "category": "Pillows",
     *    "category_path": [
     *     "Bedding",
     *     "Pillows"
     *    ],
     *    "price": 19.5,
     *    "currency": "PKR",
     *    "url": "https://shop.example/products/19",
     *    "handle": "product-19",
     *    "variant_id": "1900",
     *    "image_url": null,
     *    "available": true,
     *    "score": null,
     *    "score_kind": null,
     *    "reason": "Selling more than before",
     *    "reason_code": "trending",
     *    "reason_product_id": null,
     *    "step": "trending"
     *   }
     *  ],
     *  "personal": false,
     *  "fallback": null,
     *  "rules": "live",
     *  "source": "kv",
     *  "snapshot": 2,
     *  "generated_at": "2026-03-02T00:00:00.000Z",
     *  "degraded": [],
     *  "warnings": []
     * }
     */
    async trending<F extends keyof Recommendation = keyof Recommendation>(
      query: TrendingQuestion & { readonly fields?: readonly F[] } = {},
      options: CallOptions = {},
    ): Promise<WithFields<PopularAnswer, F>> {
      return (await call('/api/v1/personalize/recommendations/trending', query, options)) as WithFields<
        PopularAnswer,
        F
      >;
    },
    /**
     * Products by how many others are bought together with them.
     *
     * GET /api/v1/analytics/collaborative-products?limit=1
     * {
     *  "products": [
     *   {
     *    "product_id": "P-1",
     *    "product_name": "Mattress 1 “Süß”",
     *    "category_path": [
     *     "Bedding",
     *     "Mattresses"
     *    ],
     *    "orders": 10,
     *    "customers": 8,
     *    "neighbours": 3,
     *    "repeat_rate": 0.25,
     *    "best_pair": {
     *     "product_id": "P-2",
     *     "product_name": "Mattress 2 “Süß”",
     *     "orders": 5,
     *     "confidence": 0.5
     *    }
     *   }
     *  ],
     *  "source": "kv",
     *  "snapshot": 2,
     *  "generated_at": "2026-03-02T00:00:00.000Z",
     *  "degraded": [],
     *  "warnings": []
     * }
     */
    async collaborativeProducts(
      query: CollaborativeProductsQuestion = {},
      options: CallOptions = {},
    ): Promise<ProductsAnswer> {
      return (await call('/api/v1/analytics/collaborative-products', query, options)) as ProductsAnswer;
    },
    /**
     * Products bought together, in the whole shop or with one of them.
     *
     * GET /api/v1/analytics/collaborative-pairs?product_id=P-1&limit=1
     * {
     *  "product_id": "P-1",
     *  "known": true,
     *  "pairs": [
     *   {
     *    "product_id": "P-1",
     *    "product_name": "Mattress 1 “Süß”",
     *    "paired_product_id": "P-2",
     *    "paired_product_name": "Mattress 2 “Süß”",
     *    "orders": 5,
     *    "lift": 2.5,
     *    "confidence": 0.5
     *   }
     *  ],
     *  "source": "kv",
     *  "snapshot": 2,
     *  "generated_at": "2026-03-02T00:00:00.000Z",
     *  "degraded": [],
     *  "warnings": []
     * }
     */
    async collaborativePairs(
      query: CollaborativePairsQuestion = {},
      options: CallOptions = {},
    ): Promise<PairsAnswer> {
      return (await call('/api/v1/analytics/collaborative-pairs', query, options)) as PairsAnswer;
    },
    /**
     * Groups of customers who buy alike: their sizes and tastes, no names.
     *
     * GET /api/v1/analytics/customer-similarity
     * {
     *  "customers": 40,
     *  "least_customers": 10,
     *  "segments": [
     *   {
     *    "segment": 1,
     *    "customers": 30,
     *    "share": 0.75,
     *    "orders_per_customer": 2.5,
     *    "similarity": 0.8,
     *    "tastes": [
     *     {
     *      "category": "Mattresses",
     *      "category_path": [
     *       "Bedding",
     *       "Mattresses"
     *      ],
     *      "share": 0.75,
     *      "lift": 1.5
     *     }
     *    ]
     *   }
     *  ],
     *  "source": "kv",
     *  "snapshot": 2,
     *  "generated_at": "2026-03-02T00:00:00.000Z",
     *  "degraded": [],
     *  "warnings": []
     * }
     */
    async customerSimilarity(
      query: CustomerSimilarityQuestion = {},
      options: CallOptions = {},
    ): Promise<SegmentsAnswer> {
      return (await call('/api/v1/analytics/customer-similarity', query, options)) as SegmentsAnswer;
    },
    /**
     * Figures of the orders and of what was made of them.
     *
     * GET /api/v1/analytics/collaborative-metrics
     * {
     *  "data_until": "2026-02-28T00:00:00.000Z",
     *  "metrics": {
     *   "users": 2,
     *   "products": 20,
     *   "items_per_order": 1.5,
     *   "pairs": 12
     *  },
     *  "source": "kv",
     *  "snapshot": 2,
     *  "generated_at": "2026-03-02T00:00:00.000Z",
     *  "degraded": [],
     *  "warnings": []
     * }
     */
    async collaborativeMetrics(
      query: CollaborativeMetricsQuestion = {},
      options: CallOptions = {},
    ): Promise<MetricsAnswer> {
      return (await call('/api/v1/analytics/collaborative-metrics', query, options)) as MetricsAnswer;
    },
    /**
     * What the Worker answers from, and how each store does.
     *
     * GET /api/v1/personalize/status
     * {
     *  "status": "ok",
     *  "version": "dev",
     *  "snapshot_formats": [
     *   1
     *  ],
     *  "source": "kv",
     *  "snapshot": 2,
     *  "generated_at": "2026-03-02T00:00:00.000Z",
     *  "data_until": "2026-02-28T00:00:00.000Z",
     *  "coverage": {
     *   "customers": null,
     *   "products": null,
     *   "catalogue": null
     *  },
     *  "score_kind": "probability",
     *  "counts": {
     *   "users": 2,
     *   "products": 20
     *  },
     *  "personal_lists": {
     *   "on": true,
     *   "why": null
     *  },
     *  "stores": {
     *   "kv": {
     *    "state": "ok",
     *    "reads": 2,
     *    "errors": 0,
     *    "timeouts": 0,
     *    "missing": 0,
     *    "corrupt": 0,
     *    "skipped": 0,
     *    "last_error": null
     *   },
     *   "postgres": {
     *    "state": "off",
     *    "reads": 0,
     *    "errors": 0,
     *    "timeouts": 0,
     *    "missing": 0,
     *    "corrupt": 0,
     *    "skipped": 0,
     *    "last_error": null
     *   }
     *  },
     *  "memory": {
     *   "parts": 1,
     *   "bytes": 1867,
     *   "limit_bytes": 36000000
     *  },
     *  "defaults": {
     *   "generated_at": "2026-01-01T00:00:00.000Z",
     *   "products": 3
     *  },
     *  "problems": []
     * }
     */
    async status(options: CallOptions = {}): Promise<StatusAnswer> {
      return (await call('/api/v1/personalize/status', {}, options)) as StatusAnswer;
    },
    /**
     * That the Worker answers, and from what.
     *
     * GET /health
     * {
     *  "status": "healthy",
     *  "source": "kv",
     *  "snapshot": 2,
     *  "personal_lists": {
     *   "on": true,
     *   "why": null
     *  },
     *  "problems": []
     * }
     */
    async health(options: CallOptions = {}): Promise<HealthAnswer> {
      return (await call('/health', {}, options)) as HealthAnswer;
    },
    /**
     * That the Worker answers, without a read.
     *
     * GET /health/live
     * {
     *  "status": "healthy"
     * }
     */
    async live(options: CallOptions = {}): Promise<LiveAnswer> {
      return (await call('/health/live', {}, options)) as LiveAnswer;
    },
    /**
     * That the shop's own lists can be read.
     *
     * GET /health/ready
     * {
     *  "status": "ready",
     *  "source": "kv"
     * }
     */
    async ready(options: CallOptions = {}): Promise<ReadyAnswer> {
      return (await call('/health/ready', {}, options)) as ReadyAnswer;
    },
    /**
     * For clients of the older service.
     *
     * GET /recommendations/ayesha?numResults=1
     * {
     *  "message": "Recommendations for ayesha",
     *  "recommendations": [
     *   {
     *    "product_id": "P-11",
     *    "probability": 0.196,
     *    "product_name": "Pillow 11 “Süß”",
     *    "department": "Bedding",
     *    "aisle": "Pillows"
     *   }
     *  ]
     * }
     */
    async older<F extends keyof Recommendation = keyof Recommendation>(
      { user_id, ...query }: OlderQuestion & { readonly fields?: readonly F[] },
      options: CallOptions = {},
    ): Promise<WithFields<OlderAnswer, F>> {
      return (await call(`/recommendations/${encodeURIComponent(user_id)}`, query, options)) as WithFields<
        OlderAnswer,
        F
      >;
    },
  };
}

export type RecommendationsClient = ReturnType<typeof createRecommendationsClient>;
