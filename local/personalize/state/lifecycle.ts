import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Delay, DelayedKind } from '../profiles.ts';
import type { FaultPlan, Moment } from './faults.ts';
import { JobFailure } from './jobFailure.ts';
import { createLane } from './lane.ts';
import type { Kind, Resource } from './records.ts';
import { isTransitional, wordsOf } from './status.ts';
import type { StateStore } from './store.ts';

/** What a kind of resource does on its way: its work while IN_PROGRESS, and what deleting it takes along. */
export interface KindWork {
  /** Occupies the one heavy lane: the machine's cores serve one training or inference at a time. */
  readonly heavy: boolean;
  readonly make: ((resource: Resource, signal: AbortSignal) => Promise<void>) | null;
  readonly erase: ((resource: Resource) => Promise<void>) | null;
}

interface LifecycleParts {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly delays: Readonly<Record<DelayedKind, Delay>>;
  readonly faults: FaultPlan;
  readonly log: Log;
  readonly workOf: (kind: Kind) => KindWork;
}

/** What each verb ends in. */
const CHANGED = { STOP: 'INACTIVE', START: 'ACTIVE' } as const;
type ChangeVerb = keyof typeof CHANGED;

/** A job is begun again so often after its process died. */
const MOST_INTERRUPTIONS = 3;

/** Waits between two tries of a deletion: these, doubling. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

const STOPPED = Symbol('stopped by request');
const CLOSING = Symbol('the stand-in is closing');

/** Moves every resource through its states, in the background, and picks them up again after a restart. */
export class Lifecycle {
  readonly #parts: LifecycleParts;
  readonly #lane = createLane(1);
  readonly #running = new Map<string, { controller: AbortController; done: Promise<void> }>();

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
  }

  /**
   * Stores a resource as CREATE PENDING and lets it go its way; resolves when it is on disk. One that cannot be
   * stored is not there: nobody would ever move it on. The same holds for the states asked for below.
   */
  async create(resource: Resource): Promise<void> {
    await this.#parts.state.putOrUndo(resource);
    this.#start(resource.arn, (signal) => this.#make(resource.arn, signal));
  }

  /** DELETE PENDING → DELETE IN_PROGRESS → gone. */
  async remove(arn: string): Promise<void> {
    await this.#request(arn, 'DELETE PENDING');
    this.#start(arn, (signal) => this.#erase(arn, signal));
  }

  /** `<verb> PENDING` → `<verb> IN_PROGRESS` → the state it ends in (a recommender's STOP and START). */
  async change(arn: string, verb: ChangeVerb): Promise<void> {
    await this.#request(arn, `${verb} PENDING`);
    this.#start(arn, (signal) => this.#change(arn, verb, signal));
  }

  /** CREATE STOPPING → CREATE STOPPED; the work under way is aborted. */
  async stopCreation(arn: string): Promise<void> {
    await this.#request(arn, 'CREATE STOPPING');
    const running = this.#running.get(arn);
    if (running === undefined) await this.#setStatus(arn, 'CREATE STOPPED');
    else running.controller.abort(STOPPED);
  }

  /** Goes on with whatever an earlier process left between two states. */
  async resume(): Promise<void> {
    for (const { arn, status } of this.#parts.state.all()) {
      if (status === 'CREATE STOPPING') await this.#setStatus(arn, 'CREATE STOPPED');
      else if (status.startsWith('DELETE ')) this.#start(arn, (signal) => this.#erase(arn, signal));
      else if (status.startsWith('STOP ')) this.#start(arn, (signal) => this.#change(arn, 'STOP', signal));
      else if (status.startsWith('START ')) this.#start(arn, (signal) => this.#change(arn, 'START', signal));
      else if (isTransitional(status)) await this.#makeAgain(arn);
    }
  }

  /** A job that ends the process whenever it runs must not do so for ever. */
  async #makeAgain(arn: string): Promise<void> {
    const interruptions = (this.#parts.state.get(arn)?.interruptions ?? 0) + 1;
    await this.#setInterruptions(arn, interruptions);
    this.#start(arn, (signal) => this.#make(arn, signal, interruptions > MOST_INTERRUPTIONS));
  }

  async #setInterruptions(arn: string, interruptions: number): Promise<void> {
    const { state, log } = this.#parts;
    const latest = state.get(arn);
    if (latest === null) return;
    await state
      .put({ ...latest, interruptions })
      .catch((error: unknown) => log('a state could not be stored', { arn, error }));
  }

  /** Stops all work; states stay as they are, for the next start to resume. */
  async close(): Promise<void> {
    const running = [...this.#running];
    for (const [, { controller }] of running) controller.abort(CLOSING);
    await Promise.all(running.map(([, { done }]) => done));
    // The next start will count an interruption, but this is none.
    for (const [arn] of running)
      await this.#setInterruptions(arn, (this.#parts.state.get(arn)?.interruptions ?? 0) - 1);
    await this.#parts.state.settled();
  }

  #start(arn: string, advance: (signal: AbortSignal) => Promise<void>): void {
    const controller = new AbortController();
    const done = advance(controller.signal)
      .catch((error: unknown) => this.#parts.log('a resource could not be moved on', { arn, error }))
      .finally(() => {
        if (this.#running.get(arn)?.controller === controller) this.#running.delete(arn);
      });
    this.#running.set(arn, { controller, done });
  }

  async #make(arn: string, signal: AbortSignal, interruptedTooOften = false): Promise<void> {
    try {
      if (interruptedTooOften) throw new JobFailure('Internal error. The job was interrupted too often.');
      await this.#pass(arn, signal);
    } catch (error) {
      if (signal.reason === CLOSING) return;
      if (signal.reason === STOPPED) return this.#setStatus(arn, 'CREATE STOPPED');
      const reason = error instanceof JobFailure ? error.message : `Internal error. ${String(error)}`;
      const { failed } = wordsOf(this.#parts.state.get(arn)?.kind ?? '');
      await this.#setStatus(arn, failed, reason);
      this.#parts.log('create failed', { arn, reason, error });
    }
  }

  async #pass(arn: string, signal: AbortSignal): Promise<void> {
    const { clock, delays, state, workOf } = this.#parts;
    const resource = state.get(arn);
    if (resource === null) return;
    const { pendingMs, progressMs } = delays[delayedKind(resource.kind)];
    await clock.sleep(pendingMs, signal);
    this.#fail(resource, 'pending');
    // Taken before the status can be seen: whoever sees it may advance the clock at once.
    const started = clock.now();
    const words = wordsOf(resource.kind);
    await this.#setStatus(arn, words.inProgress);
    const { heavy, make } = workOf(resource.kind);
    this.#fail(resource, 'in progress');
    if (make !== null) {
      if (heavy) await this.#lane.run(signal, () => make(resource, signal));
      else await make(resource, signal);
    }
    signal.throwIfAborted();
    // The wall clock may have been set back meanwhile: that must not make the wait longer.
    const elapsed = Math.max(0, clock.now() - started);
    await clock.sleep(Math.max(0, progressMs - elapsed), signal);
    this.#fail(resource, 'finishing');
    await this.#setStatus(arn, words.done);
  }

  async #erase(arn: string, signal: AbortSignal): Promise<void> {
    const { clock, delays, state } = this.#parts;
    try {
      await clock.sleep(delays.delete.pendingMs, signal);
      await this.#setStatus(arn, 'DELETE IN_PROGRESS');
      await clock.sleep(delays.delete.progressMs, signal);
      await this.#eraseFiles(arn, signal);
    } catch (error) {
      if (signal.reason === CLOSING) return;
      throw error;
    }
    await state.remove(arn);
  }

  /** Tries until it succeeds: a resource that is not there must leave nothing that its successor would find. */
  async #eraseFiles(arn: string, signal: AbortSignal): Promise<void> {
    const { clock, state, workOf, log } = this.#parts;
    for (let wait = FIRST_RETRY_MS; ; wait = Math.min(2 * wait, LONGEST_RETRY_MS)) {
      try {
        const resource = state.get(arn);
        if (resource !== null) await workOf(resource.kind).erase?.(resource);
        return;
      } catch (error) {
        log('the files of a resource could not be deleted, to be tried again', { arn, wait, error });
        await clock.sleep(wait, signal);
      }
    }
  }

  async #change(arn: string, verb: ChangeVerb, signal: AbortSignal): Promise<void> {
    const { clock, delays } = this.#parts;
    try {
      await clock.sleep(delays.change.pendingMs, signal);
      await this.#setStatus(arn, `${verb} IN_PROGRESS`);
      await clock.sleep(delays.change.progressMs, signal);
    } catch (error) {
      if (signal.reason === CLOSING) return;
      throw error;
    }
    await this.#setStatus(arn, CHANGED[verb]);
  }

  #fail(resource: Resource, moment: Moment): void {
    const message = this.#parts.faults.take(resource, moment);
    if (message !== null) throw new JobFailure(message);
  }

  /** Stores a state that was asked for, or leaves everything as it was. */
  async #request(arn: string, status: string): Promise<void> {
    const { state, clock } = this.#parts;
    const latest = state.get(arn);
    if (latest === null) return;
    await state.putOrUndo({ ...latest, status, failureReason: null, updatedAt: clock.now() });
  }

  /**
   * Moves a resource on. When the state cannot be stored the work goes on all the same, or it would stay between
   * two states until a restart: memory is ahead, and the next write that succeeds stores this one too.
   */
  async #setStatus(arn: string, status: string, failureReason: string | null = null): Promise<void> {
    const { state, clock, log } = this.#parts;
    const latest = state.get(arn);
    if (latest === null) return;
    try {
      await state.put({ ...latest, status, failureReason, updatedAt: clock.now() });
    } catch (error) {
      log('a state could not be stored', { arn, status, error });
    }
  }
}

const delayedKind = (kind: Kind): DelayedKind => (kind === 'schema' ? 'dataset' : kind);
