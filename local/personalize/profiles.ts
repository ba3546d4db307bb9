const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** How a resource waits on its way to ACTIVE: milliseconds as PENDING, then at least as IN_PROGRESS. */
export interface Delay {
  readonly pendingMs: number;
  readonly progressMs: number;
}

export type DelayedKind =
  | 'datasetGroup'
  | 'dataset'
  | 'importJob'
  | 'exportJob'
  | 'deletionJob'
  | 'solution'
  | 'solutionVersion'
  | 'batchInferenceJob'
  | 'batchSegmentJob'
  | 'filter'
  | 'eventTracker'
  | 'campaign'
  | 'recommender'
  | 'metricAttribution'
  /** Stopping or starting a recommender. */
  | 'change'
  | 'delete';

export interface Profile {
  readonly name: 'engine' | 'aws';
  /** Refuse less data than Personalize takes (limits.ts). */
  readonly minimums: boolean;
  /** Refuse more jobs, groups or solutions than an account may have (limits.ts). */
  readonly quotas: boolean;
  readonly delays: Readonly<Record<DelayedKind, Delay>>;
}

const NONE: Delay = { pendingMs: 0, progressMs: 0 };
const delay = (pendingMs: number, progressMs: number): Delay => ({ pendingMs, progressMs });

/** Serves small shops: no minimums, no quotas, no waits. */
const engine: Profile = {
  name: 'engine',
  minimums: false,
  quotas: false,
  delays: {
    datasetGroup: NONE,
    dataset: NONE,
    importJob: NONE,
    exportJob: NONE,
    deletionJob: NONE,
    solution: NONE,
    solutionVersion: NONE,
    batchInferenceJob: NONE,
    batchSegmentJob: NONE,
    filter: NONE,
    eventTracker: NONE,
    campaign: NONE,
    recommender: NONE,
    metricAttribution: NONE,
    change: NONE,
    delete: NONE,
  },
};

/** Behaves as Amazon does, with waits of the order seen in published notebooks: for tests and rehearsals. */
const aws: Profile = {
  name: 'aws',
  minimums: true,
  quotas: true,
  delays: {
    datasetGroup: delay(5 * SECOND_MS, 30 * SECOND_MS),
    dataset: delay(5 * SECOND_MS, 15 * SECOND_MS),
    importJob: delay(30 * SECOND_MS, 5 * MINUTE_MS),
    exportJob: delay(30 * SECOND_MS, 5 * MINUTE_MS),
    deletionJob: delay(30 * SECOND_MS, 10 * MINUTE_MS),
    solution: delay(2 * SECOND_MS, 5 * SECOND_MS),
    solutionVersion: delay(MINUTE_MS, 20 * MINUTE_MS),
    batchInferenceJob: delay(MINUTE_MS, 15 * MINUTE_MS),
    batchSegmentJob: delay(MINUTE_MS, 15 * MINUTE_MS),
    filter: delay(5 * SECOND_MS, 30 * SECOND_MS),
    eventTracker: delay(5 * SECOND_MS, 15 * SECOND_MS),
    campaign: delay(30 * SECOND_MS, 7 * MINUTE_MS),
    recommender: delay(30 * SECOND_MS, 10 * MINUTE_MS),
    metricAttribution: delay(5 * SECOND_MS, 15 * SECOND_MS),
    change: delay(30 * SECOND_MS, 5 * MINUTE_MS),
    delete: delay(5 * SECOND_MS, 10 * SECOND_MS),
  },
};

export const PROFILES = { engine, aws } as const;
