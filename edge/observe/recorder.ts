import type { ExecutionContext } from 'hono';
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
  /** Milliseconds waited for. */
  readonly ms: number;
  readonly drill: boolean;
  readonly context: Pick<ExecutionContext, 'waitUntil'>;
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
    record({ request, response, path, ms, drill, context }) {
      const note = answerNote(request);
      const { status } = response;
      if (analytics !== null) {
        const route = routeName(path);
        analytics.writeDataPoint({
          indexes: [route],
          blobs: [route, note?.source ?? '', note?.fallback ?? '', String(status), drill ? 'drill' : ''],
          doubles: [ms, note?.age ?? -1, note?.degraded ?? 0, note?.personal ? 1 : 0],
        });
      }
      if (status >= 500 || (config.LOG_SAMPLE > 0 && random() < config.LOG_SAMPLE)) {
        const line = { t: 'request', method: request.method, route: routeName(path), status, ms, drill };
        console.log(JSON.stringify({ ...line, ...note }));
      }
      if (note === null || drill || !meter.count(note)) return;
      context.waitUntil(sendAlarms(config, [UNKNOWN_IDS], config.VERSION));
    },
  };
}

const UNKNOWN_IDS = {
  code: 'unknown_ids',
  message: 'many more customers than usual are unknown to the live snapshot',
  remedy: 'check which ids the storefront sends (id_source) and that the last run knew its customers',
};
