import {
  type ActorRef,
  type Context,
  type Journal,
  NO_REPLY,
  type Request,
  type Requester,
  TroupeError,
} from '../../runtime/index.js';
import { clearGeneration, clearOlder } from './projection-cleanup.js';
import type { Projector } from './projection-spec.js';
import { ACTIVE_TABLE, type Generation } from './projection-tables.js';
import { ProjectionTrack, type TrackStep } from './projection-track.js';

/** How a read model does. */
export interface ProjectionStatus {
  /** `stopped` stands before an event that fails; `running` also when it waits for new events. */
  readonly state: 'running' | 'stopped';
  /** The generation that is read. */
  readonly generation: number;
  /** True while another one is built beside it. */
  readonly isRebuilding: boolean;
  readonly setAsideCount: number;
  /** What it stopped at; undefined while it runs. */
  readonly error: TroupeError | undefined;
}

/** The protocol of the actor of a projection. */
export type ProjectionMessage =
  | Request<{ readonly type: 'status' }, ProjectionStatus>
  /** Answered when all that was committed before is in the read model. */
  | Request<{ readonly type: 'caught-up' }, void>
  /** Answered when the new generation is the one that is read. */
  | Request<{ readonly type: 'rebuild' }, void>
  | { readonly type: 'resume' }
  | { readonly type: 'go' }
  | { readonly type: 'stepped'; readonly generation: number; readonly step: TrackStep }
  | { readonly type: 'broke'; readonly generation: number };

/** A generation and what is going on with it. Stays within its actor. */
interface Track {
  readonly runner: ProjectionTrack;
  isBusy: boolean;
  isDirty: boolean;
  attempts: number;
  error: TroupeError | undefined;
  /** Those to be answered when it is live, and at which step they asked: one under way does not count. */
  waiters: { readonly to: Requester<void>; readonly since: number }[];
  steps: number;
}

/** The pause before a request to the journal, or an event that failed, is tried again. */
const RETRY_MS = 200;

type Ctx = Context<ProjectionMessage>;

/** Leads one or two generations of a read model through the events; the newer takes over when it is live. */
export class ProjectionRunner {
  readonly #projector: Projector;
  readonly #journal: Journal;
  readonly #self: ActorRef<ProjectionMessage>;
  readonly #release: () => void;
  #active: Generation;
  /** The generation that is read, if this program can go on with it, and the one that is being built. */
  #current: Track | null;
  #next: Track | null = null;

  private constructor(
    projector: Projector,
    journal: Journal,
    active: Generation,
    self: ActorRef<ProjectionMessage>,
  ) {
    this.#projector = projector;
    this.#journal = journal;
    this.#active = active;
    this.#self = self;
    this.#current = active.version === projector.version ? this.#track(active) : null;
    if (this.#current === null) this.#next = this.#track(this.#following());
    this.#release = journal.onCommit(() => self.tell({ type: 'go' }));
    self.tell({ type: 'go' });
  }

  /** Finds out which generation is read. @throws what the journal fails with */
  static async start(projector: Projector, journal: Journal, ctx: Ctx): Promise<ProjectionRunner> {
    const { name, version } = projector;
    const first: Generation = { generation: 1, version };
    const put = { table: ACTIVE_TABLE, key: name, value: first, expected: 'absent' } as const;
    const found = await journal.get(ACTIVE_TABLE, name);
    if (found === undefined) await journal.transact({ puts: [put] });
    const active = (await journal.get(ACTIVE_TABLE, name)) as Generation;
    await clearOlder(journal, name, active);
    return new ProjectionRunner(projector, journal, active, ctx.self);
  }

  receive(message: ProjectionMessage, ctx: Ctx): unknown {
    switch (message.type) {
      case 'status':
        return this.#status();
      case 'caught-up': {
        const track = this.#current ?? this.#next!;
        track.waiters.push({ to: ctx.requester() as Requester<void>, since: track.steps });
        this.#go(track);
        return NO_REPLY;
      }
      case 'rebuild':
        this.#next ??= this.#track(this.#following());
        this.#next.waiters.push({ to: ctx.requester() as Requester<void>, since: 0 });
        this.#go(this.#next);
        return NO_REPLY;
      case 'resume':
        for (const track of this.#tracks) {
          track.error = undefined;
          track.attempts = 0;
          this.#go(track);
        }
        return undefined;
      case 'go':
        for (const track of this.#tracks) this.#go(track);
        return undefined;
      case 'stepped':
        return this.#stepped(message.generation, message.step, ctx);
      case 'broke':
        this.#broke(this.#find(message.generation), ctx);
        return undefined;
    }
  }

  /** The incarnation is over. */
  stopped(): void {
    this.#release();
  }

  get #tracks(): readonly Track[] {
    return [this.#current, this.#next].filter((track) => track !== null);
  }

  #track(generation: Generation): Track {
    const runner = new ProjectionTrack(this.#projector, this.#journal, generation);
    return {
      runner,
      isBusy: false,
      isDirty: false,
      attempts: 0,
      error: undefined,
      waiters: [],
      steps: 0,
    };
  }

  #following(): Generation {
    return { generation: this.#active.generation + 1, version: this.#projector.version };
  }

  #find(generation: number): Track | undefined {
    return this.#tracks.find((track) => track.runner.generation.generation === generation);
  }

  /** The journal has failed: after a pause the checkpoint says what was done. */
  #broke(track: Track | undefined, ctx: Ctx): void {
    if (track === undefined) return;
    track.isBusy = false;
    track.runner.reset();
    ctx.startTimer('again', RETRY_MS, { type: 'go' });
  }

  #go(track: Track): void {
    track.isDirty = true;
    if (track.isBusy || track.error !== undefined) {
      if (track.error !== undefined) this.#fail(track);
      return;
    }
    track.isBusy = true;
    track.isDirty = false;
    track.steps++;
    const { onError, retries } = this.#projector;
    const mayStop = onError === 'stop' || track.attempts < retries;
    const self = this.#self;
    const { generation } = track.runner.generation;
    track.runner.step(mayStop).then(
      (step) => self.tell({ type: 'stepped', generation, step }),
      () => self.tell({ type: 'broke', generation }),
    );
  }

  async #stepped(generation: number, step: TrackStep, ctx: Ctx): Promise<undefined> {
    const track = this.#find(generation);
    if (track === undefined) return;
    track.isBusy = false;
    switch (step.type) {
      case 'moved':
        track.attempts = 0;
        this.#go(track);
        break;
      case 'live':
        try {
          if (track === this.#next) await this.#swap(track);
        } catch {
          this.#broke(track, ctx);
          break;
        }
        this.#answer(track);
        if (track.isDirty || track.waiters.length > 0) this.#go(track);
        break;
      case 'stuck':
        this.#stuck(track, step, ctx);
        break;
      case 'overtaken':
        track.error = overtaken(this.#projector.name);
        this.#fail(track);
    }
  }

  #stuck(track: Track, { record, error }: Extract<TrackStep, { type: 'stuck' }>, ctx: Ctx): void {
    if (track.attempts < this.#projector.retries) {
      track.attempts++;
      ctx.startTimer('again', RETRY_MS, { type: 'go' });
      return;
    }
    if (this.#projector.onError === 'set-aside') {
      this.#go(track);
      return;
    }
    const { stream, version } = record;
    track.error = new TroupeError('ERR_AGGREGATE_PROJECTION', {
      what: `projection '${this.#projector.name}' stands before event ${version} of '${stream}': ${String(error)}`,
      where: stream,
      mend: "correct its code and raise its version, or set onError to 'set-aside'",
      cause: error,
    });
    this.#fail(track);
  }

  /** The new generation is live: from now on it is the one that is read. */
  async #swap(track: Track): Promise<void> {
    const { name } = this.#projector;
    const old = this.#active;
    const active = track.runner.generation;
    const expected = { equals: old };
    const puts = [{ table: ACTIVE_TABLE, key: name, value: active, expected }];
    const result = await this.#journal.transact({ puts });
    if (!result.ok) {
      track.error = overtaken(name);
      this.#fail(track);
      return;
    }
    const waiters = this.#current?.waiters.splice(0) ?? [];
    track.waiters.push(...waiters.map(({ to }) => ({ to, since: track.steps })));
    this.#active = active;
    this.#current = track;
    this.#next = null;
    await clearGeneration(this.#journal, name, old);
  }

  #answer(track: Track): void {
    const ready = track.waiters.filter(({ since }) => since < track.steps);
    track.waiters = track.waiters.filter(({ since }) => since >= track.steps);
    for (const { to } of ready) to.reply(undefined);
  }

  #fail(track: Track): void {
    for (const { to } of track.waiters.splice(0)) to.fail(track.error);
  }

  #status(): ProjectionStatus {
    const error = this.#tracks.find((track) => track.error !== undefined)?.error;
    return {
      state: error === undefined ? 'running' : 'stopped',
      generation: this.#active.generation,
      isRebuilding: this.#next !== null,
      setAsideCount: this.#current?.runner.setAsideCount ?? 0,
      error,
    };
  }
}

function overtaken(name: string): TroupeError {
  return new TroupeError('ERR_AGGREGATE_PROJECTION', {
    what: `projection '${name}' is run elsewhere, too`,
    mend: 'run each projection once for a journal',
  });
}
