import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { answerNote } from './answerNotes.ts';
import { createRateMeter, type Rates } from './rates.ts';
import { routeName } from './routeName.ts';
import { sendAlarms } from './webhook.ts';

/** The one method of an Analytics Engine data set the Worker needs. */
export interface AnalyticsDataset {
  writeDataPoint(point: { indexes: string[]; blobs: string[]; doubles: number[] }): void;
}

export interface RecorderSettings {
  readonly config: Config;
  readonly clock: Clock;
  readonly analytics: AnalyticsDataset | null;
  /** 0 … 1 */
  readonly random: () => number;
}

export interface Served {
  readonly request: Request;
  readonly response: Response;
  readonly path: string;
  /** Milliseconds since 1970. The runtime's clock moves with I/O only, so the difference is time waited. */
  readonly startedAt: number;
  readonly drill: boolean;
  waitUntil(promise: Promise<unknown>): void;
}

/** Writes down what was answered: a line now and then, a data point each, and the rates of this isolate. */
export interface Recorder {
  record(served: Served): void;
  rates(): Rates;
}

export function createRecorder({ config, clock, analytics, random }: RecorderSettings): Recorder {
  const meter = createRateMeter(clock);
  return {
    rates: () => meter.rates(),
    record({ request, response, path, startedAt, drill, waitUntil }) {
      const note = answerNote(request);
      const { status } = response;
      const ms = clock.now() - startedAt;
      const route = routeName(path);
      analytics?.writeDataPoint({
        indexes: [route],
        blobs: [route, note?.source ?? '', note?.fallback ?? '', String(status), drill ? 'drill' : ''],
        doubles: [ms, note?.age ?? -1, note?.degraded ?? 0, note?.personal ? 1 : 0],
      });
      if (status >= 500 || (config.LOG_SAMPLE > 0 && random() < config.LOG_SAMPLE))
        console.log(
          JSON.stringify({ t: 'request', method: request.method, route, status, ms, drill, ...note }),
        );
      if (note === null || drill || !meter.count(note)) return;
      waitUntil(sendAlarms(config, [UNKNOWN_IDS], config.VERSION));
    },
  };
}

const UNKNOWN_IDS = {
  code: 'unknown_ids',
  message: 'many more customers than usual are unknown to the live snapshot',
  remedy: 'check which ids the storefront sends (id_source) and that the last run knew its customers',
};
