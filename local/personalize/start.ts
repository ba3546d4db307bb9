import { join, resolve } from 'node:path';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import { findFreePort } from '../freePort.ts';
import { takeLock } from '../processes/lock.ts';
import { type Clock, systemClock } from './clock.ts';
import { sweepDatasets } from './datasets/erase.ts';
import { harmless, type Log } from './log.ts';
import { PROFILES } from './profiles.ts';
import { createApp, type Exchange } from './protocol/app.ts';
import { addRestRoutes } from './protocol/rest.ts';
import { OPERATIONS, REST_OPERATIONS } from './registry.ts';
import type { Service } from './service.ts';
import { createFaultPlan, type FaultPlan } from './state/faults.ts';
import { Lifecycle } from './state/lifecycle.ts';
import { StateStore } from './state/store.ts';
import type { S3Settings } from './storage/client.ts';
import { sweepModels } from './training/sweepModels.ts';
import { createTaskThreads } from './worker/taskThreads.ts';
import { workOf } from './works.ts';

const HOST = '127.0.0.1';
/** The account every ARN names. */
const ACCOUNT = '000000000000';

export interface PersonalizeOptions {
  /** Holds the state file, datasets and models; made when absent. One stand-in a folder. */
  readonly dataDir: string;
  /** Another one is taken when it is not free, or absent. */
  readonly port?: number;
  readonly s3: S3Settings;
  /** `engine`: no minimums, quotas or waits. `aws`: all of them. */
  readonly profile: 'engine' | 'aws';
  readonly clock?: Clock;
  readonly log: Log;
  /** Told of every request and its answer, for tests. */
  readonly observe?: (exchange: Exchange) => void;
}

export interface RunningPersonalize {
  readonly url: string;
  readonly port: number;
  /** Failures ordered by a test. */
  readonly faults: FaultPlan;
  /** Stops listening and working; jobs under way are resumed by the next start. */
  stop(): Promise<void>;
}

async function openService(options: PersonalizeOptions, faults: FaultPlan): Promise<Service> {
  const { s3, clock = systemClock } = options;
  const log = harmless(options.log);
  const dataDir = resolve(options.dataDir);
  const state = await StateStore.open(join(dataDir, 'state.json'));
  const profile = PROFILES[options.profile];
  const threads = createTaskThreads();
  const lifecycle = new Lifecycle({
    state,
    clock,
    delays: profile.delays,
    faults,
    log,
    workOf: (kind) => workOf(service, kind),
  });
  const service: Service = { account: ACCOUNT, profile, clock, state, lifecycle, dataDir, s3, threads, log };
  return service;
}

function listen(app: Hono, port: number): Promise<ReturnType<typeof serve>> {
  return new Promise((ready, fail) => {
    // Its own Request and Response are not for the rest of the process, where others make answers too.
    const own = { fetch: app.fetch, hostname: HOST, port, overrideGlobalObjects: false };
    const server = serve(own, () => ready(server));
    server.on('error', fail);
  });
}

async function serveFolder(options: PersonalizeOptions): Promise<RunningPersonalize> {
  const faults = createFaultPlan();
  const service = await openService(options, faults);
  await sweepDatasets(service);
  await sweepModels(service);
  const port = await findFreePort(options.port);
  const { observe = () => {} } = options;
  const app = createApp({ service, operations: OPERATIONS, observe });
  addRestRoutes(app, { service, operations: REST_OPERATIONS, observe });
  const server = await listen(app, port);
  await service.lifecycle.resume();
  const stop = async () => {
    const closed = new Promise((done) => server.close(done));
    if ('closeAllConnections' in server) server.closeAllConnections();
    await closed;
    await service.lifecycle.close();
    await service.threads.close();
  };
  return { url: `http://${HOST}:${port}`, port, faults, stop };
}

/**
 * Starts the stand-in for Amazon Personalize on loopback.
 * @throws {LocalError} in-use, when another process serves the same folder.
 * @throws {StateFileError} when the folder's state cannot be read.
 */
export async function startPersonalize(options: PersonalizeOptions): Promise<RunningPersonalize> {
  const lock = await takeLock(join(options.dataDir, 'lock'), `The Personalize in ${options.dataDir}`);
  try {
    const running = await serveFolder(options);
    return {
      ...running,
      stop: async () => {
        await running.stop();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
