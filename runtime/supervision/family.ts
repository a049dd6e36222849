import type { ActorCell } from '../actor/actor-cell.js';
import { contextOver } from '../actor/cell-errors.js';
import type { Family } from '../actor/cell-host.js';
import { fail } from '../actor/cell-lifecycle.js';
import type { Definition } from '../actor/definition.js';
import { type ExitReason, exitError, failed } from '../actor/exit-reason.js';
import type { Origin } from '../actor/origin.js';
import type { Signal } from '../actor/signals.js';
import type { SpawnOptions, SupervisionOptions } from '../actor/spawn-options.js';
import type { AnyRef } from '../ref/actor-ref.js';
import type { ChildExtras } from './child-extras.js';
import { INCARNATION_LIVES } from './child-phase.js';
import { ChildTimer } from './child-timer.js';
import { Children, type ChildSpec, FamilyChild, settleStart } from './children.js';
import type { FamilyHost, ThreadWatcher } from './family-host.js';
import { resolveSupervisor } from './strategy.js';
import { SupervisorCore } from './supervisor-core.js';
import type { SupervisorEffect, SupervisorInput, TimerKind } from './supervisor-protocol.js';

/**
 * The children of one actor, supervised: the shell around {@link SupervisorCore}. Reports of children
 * become inputs of the core, its effects become signals to the children.
 *
 * @thread the thread of the parent; children may live anywhere
 */
export class SupervisedFamily implements Family, ThreadWatcher {
  readonly #host: FamilyHost;
  readonly #parent: ActorCell;
  readonly #core: SupervisorCore;
  readonly #children: Children;
  #done: (() => void)[] = [];
  #ready: { resolve: () => void; reject: (error: Error) => void } | null = null;

  /** @throws {TroupeError} ERR_OPTION for supervision options outside their range */
  constructor(host: FamilyHost, parent: ActorCell, supervision: SupervisionOptions) {
    const policy = resolveSupervisor(supervision, `${parent.recipe.definition.name}.supervision`);
    this.#host = host;
    this.#parent = parent;
    this.#core = new SupervisorCore(policy, host.random);
    this.#children = new Children(host, this.#core, parent.ref);
    host.register(this);
  }

  get refs(): readonly AnyRef[] {
    return [...this.#children].map((child) => child.ref);
  }

  get isEmpty(): boolean {
    return this.#children.size === 0;
  }

  byName(name: string): AnyRef | undefined {
    return this.#children.named(name)?.ref;
  }

  spawn(definition: Definition<never, never>, args: unknown, options: SpawnOptions): AnyRef {
    this.#assertOpen();
    const child = this.#children.add({ definition, args, options });
    if (!this.#core.tookShort('add', child)) this.#step({ type: 'add', child });
    try {
      this.#host.startChild(child, this.#parent.ref, false);
    } catch (error) {
      this.#step({ type: 'terminated', id: child.id, reason: failed(error) });
      this.#children.remove(child);
      throw error;
    }
    return child.ref;
  }

  /** Starts a declared list in order. Rejects when one of them cannot start; the others are stopped. */
  startDeclared(specs: readonly ChildSpec[]): Promise<void> {
    this.#assertOpen();
    const children = specs.map((spec) => this.#children.add(spec));
    return new Promise((resolve, reject) => {
      this.#ready = { resolve, reject };
      this.#step({ type: 'addDeclared', children });
    });
  }

  started(ref: AnyRef): Promise<void> {
    const child = this.#children.find(ref);
    if (child.hasStarted) return Promise.resolve();
    return new Promise((resolve, reject) => {
      child.openExtras().waiting.push({ resolve, reject });
    });
  }

  stopChild(ref: AnyRef): void {
    this.#step({ type: 'remove', id: this.#children.find(ref).id });
  }

  onSignal(signal: Signal): void {
    if (!('child' in signal)) return;
    const child = this.#children.get(signal.child);
    if (child === undefined) return;
    switch (signal.type) {
      case 'child-started':
        settleStart(child, undefined);
        this.#step({ type: 'started', id: child.id });
        break;
      case 'child-start-failed':
        settleStart(child, signal.error);
        this.#step({ type: 'startFailed', id: child.id, error: signal.error });
        break;
      case 'child-exited':
        this.#step({ type: 'exited', ids: [child.id], reason: signal.reason });
        break;
      case 'child-stop-requested':
        this.#step({ type: 'remove', id: child.id });
        break;
      case 'child-terminated':
        this.#terminated(child, signal.reason);
        break;
    }
  }

  tookStart(child: Origin): boolean {
    // In strict mode the cell has a copy of its own.
    if (!(child instanceof FamilyChild) || !this.#core.tookShort('started', child)) return false;
    settleStart(child, undefined);
    return true;
  }

  tookEnd(child: Origin, reason: ExitReason): boolean {
    if (!(child instanceof FamilyChild)) return false;
    const wasGone = child.phase === 'gone';
    if (!this.#core.tookShort('terminated', child)) return false;
    if (!wasGone) this.#remove(child, reason);
    return true;
  }

  stopAll(done: () => void): void {
    this.#done.push(done);
    this.#step({ type: 'stopAll' });
  }

  killAll(done: () => void): void {
    this.#done.push(done);
    for (const child of [...this.#children]) {
      this.#host.signal(child.ref, { type: 'kill', final: true });
    }
    this.#step({ type: 'stopAll' });
  }

  /** The cells of that thread are gone; they are made again, suspended, and count as failed together. */
  threadDown(thread: number, error: Error): void {
    // Its children's last reports may have been read only just now.
    this.#parent.settleSignals();
    const reason = failed(error);
    const ids: number[] = [];
    for (const child of [...this.#children]) {
      if (child.ref.thread !== thread) continue;
      const { phase } = child;
      if (phase === 'pending' || phase === 'gone') continue;
      this.#host.startChild(child, this.#parent.ref, true);
      // A first start that the thread's death cut short is simply begun again.
      if (phase === 'starting') this.#host.signal(child.ref, { type: 'begin' });
      else if (phase === 'releasing') this.#host.signal(child.ref, { type: 'release', reason });
      if (phase !== 'starting' && INCARNATION_LIVES[phase]) ids.push(child.id);
    }
    if (ids.length > 0) this.#step({ type: 'exited', ids, reason });
  }

  #assertOpen(): void {
    this.#host.assertAccepting('spawn');
    if (this.#core.mode !== 'stopping' && this.#core.mode !== 'over') return;
    throw contextOver(
      'the children of this actor are being stopped',
      'spawn while the actor is running',
    );
  }

  #step(input: SupervisorInput): void {
    for (const effect of this.#core.step(input, this.#host.clock.now())) this.#apply(effect);
  }

  #apply(effect: SupervisorEffect): void {
    switch (effect.type) {
      case 'ready':
        this.#ready?.resolve();
        this.#ready = null;
        return;
      case 'allStopped':
        this.#over();
        return;
      case 'fail':
        this.#failed(effect.error);
        return;
      case 'discard':
        this.#children.remove(effect.child as FamilyChild);
        return;
    }
    const child = this.#children.get(effect.id);
    if (child === undefined) return;
    switch (effect.type) {
      case 'start':
        this.#startDeclaredChild(child);
        break;
      case 'restart':
        child.openExtras().restarts++;
        this.#host.signal(child.ref, { type: 'restart' });
        break;
      case 'release':
        this.#host.signal(child.ref, { type: 'release', reason: effect.reason });
        break;
      case 'halt':
        this.#host.signal(child.ref, { type: 'halt' });
        break;
      case 'stop':
        this.#host.signal(child.ref, { type: 'stop' });
        break;
      case 'kill':
        this.#host.signal(child.ref, { type: 'kill', final: effect.outcome === 'terminate' });
        break;
      case 'arm':
        this.#arm(child, effect.kind, effect.token, effect.delayMs);
        break;
      case 'cancel':
        this.#disarm(child.openExtras());
        break;
    }
  }

  #startDeclaredChild(child: FamilyChild): void {
    try {
      this.#host.startChild(child, this.#parent.ref, false);
    } catch (error) {
      // Reported as the cell would: its own answer to the start.
      this.#step({ type: 'terminated', id: child.id, reason: failed(error) });
      this.#children.remove(child);
    }
  }

  #arm(child: FamilyChild, kind: TimerKind, token: number, delayMs: number): void {
    const timer = new ChildTimer(() => this.#step({ type: 'timer', id: child.id, kind, token }));
    child.openExtras().timer = timer;
    this.#host.wheel.schedule(timer.entry, this.#host.clock.now(), delayMs);
  }

  #disarm(extras: ChildExtras): void {
    if (extras.timer !== null) this.#host.wheel.cancel(extras.timer.entry);
    extras.timer = null;
  }

  #terminated(child: FamilyChild, reason: ExitReason): void {
    // Forgotten first: a name is free from the moment that the end can be observed.
    this.#remove(child, reason);
    this.#step({ type: 'terminated', id: child.id, reason });
  }

  #remove(child: FamilyChild, reason: ExitReason): void {
    // An error costs its stack trace: it is made only for those who wait.
    if (child.extras !== null && child.extras.waiting.length > 0) {
      settleStart(child, exitError(reason) ?? new Error(`it ended: ${reason.type}`));
    }
    this.#children.remove(child);
  }

  giveUp(error: Error): void {
    for (const child of this.#children) settleStart(child, error);
  }

  close(): void {
    this.#host.unregister(this);
  }

  #over(): void {
    this.close();
    const done = this.#done;
    this.#done = [];
    for (const call of done) call();
  }

  #failed(error: Error): void {
    if (this.#ready !== null) this.#ready.reject(error);
    else if (this.#done.length === 0) fail(this.#parent, error);
    this.#ready = null;
    this.#over();
  }
}
