import type { Config } from '../config.ts';
import type { Incoming } from '../incoming.ts';
import { createRateMeter, type Rates } from './rates.ts';
import { routeName } from './routeName.ts';
import { sendAlarms } from './webhook.ts';

/** The one method of an Analytics Engine data set the Worker needs. */
export interface AnalyticsDataset {
  writeDataPoint(point: { indexes: string[]; blobs: string[]; doubles: number[] }): void;
}

export interface RecorderSettings {
  readonly config: Config;
  readonly analytics: AnalyticsDataset | null;
  /** 0 … 1 */
  readonly random: () => number;
}

export interface Served {
  readonly incoming: Incoming;
  readonly response: Response;
  /** Milliseconds waited for. */
  readonly ms: number;
  readonly drill: boolean;
}

/** Writes down what was answered: a line now and then, a data point each, and the rates of this isolate. */
export interface Recorder {
  record(served: Served): void;
  rates(): Rates;
}

export function createRecorder({ config, analytics, random }: RecorderSettings): Recorder {
  const meter = createRateMeter();
  return {
    rates: () => meter.rates(),
    record({ incoming, response, ms, drill }) {
      const { path, note, snapshotAge: age } = incoming;
      const { status } = response;
      if (analytics !== null) {
        const route = routeName(path);
        analytics.writeDataPoint({
          indexes: [route],
          blobs: [route, note?.source ?? '', note?.fallback ?? '', String(status), drill ? 'drill' : ''],
          doubles: [ms, age ?? -1, note?.degraded ?? 0, note?.personal ? 1 : 0],
        });
      }
      if (status >= 500 || (config.LOG_SAMPLE > 0 && random() < config.LOG_SAMPLE)) {
        const line = { t: 'request', method: incoming.method, route: routeName(path), status, ms, drill };
        console.log(JSON.stringify(note === null ? line : { ...line, ...note, age }));
      }
      if (note === null || drill || !meter.count(note, incoming.at)) return;
      incoming.waitUntil(sendAlarms(config, [UNKNOWN_IDS], config.VERSION));
    },
  };
}

const UNKNOWN_IDS = {
  code: 'unknown_ids',
  message: 'many more customers than usual are unknown to the live snapshot',
  remedy: 'check which ids the storefront sends (id_source) and that the last run knew its customers',
};
