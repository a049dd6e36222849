import type { RestartType } from '../../runtime/actor/restart-type.js';
import { assert } from '../../runtime/base/assert.js';
import type { ChildPolicy } from '../../runtime/supervision/child-policy.js';
import type { SupervisorPolicy } from '../../runtime/supervision/strategy.js';
import type { SupervisorMode } from '../../runtime/supervision/supervisor-mode.js';
import type {
  ChildId,
  SupervisorEffect,
  SupervisorInput,
} from '../../runtime/supervision/supervisor-protocol.js';

/** What can be known of a child from inputs and effects alone. */
interface View {
  readonly id: ChildId;
  readonly policy: ChildPolicy;
  readonly order: number;
  state: 'pending' | 'starting' | 'running' | 'restarting' | 'open' | 'releasing' | 'gone';
  ordered: 'halt' | 'stop' | null;
  /** A group restart took it in and has not reached it yet. */
  isDue: boolean;
  /** Removed by the user, or released: it must not come back. */
  isDoomed: boolean;
  notBeforeMs: number;
  timer: number | null;
}

const BACK: Readonly<Record<RestartType, readonly string[]>> = {
  permanent: ['normal', 'shutdown', 'killed', 'failed'],
  transient: ['killed', 'failed'],
  temporary: [],
};

/**
 * Watches a supervisor from outside and throws at the first broken promise. It knows no phases and no
 * rounds, only what was reported and what was ordered.
 */
export class Oracle {
  readonly views = new Map<ChildId, View>();
  readonly #policy: SupervisorPolicy;
  readonly #allowedMs: number[] = [];
  #escalates: boolean | null = null;
  /** Failures put off by an ordered start. */
  readonly #deferred: (readonly View[])[] = [];
  #wasStarting = false;
  endCount = 0;

  constructor(policy: SupervisorPolicy) {
    this.#policy = policy;
  }

  get armedCount(): number {
    return [...this.views.values()].filter((view) => view.timer !== null).length;
  }

  /** Before the step. */
  input(input: SupervisorInput, mode: SupervisorMode, nowMs: number): void {
    this.#escalates = null;
    this.#wasStarting = mode === 'starting';
    if (input.type === 'add') this.#add(input.child.id, input.child.policy, 'starting');
    if (input.type === 'addDeclared') {
      for (const { id, policy } of input.children) this.#add(id, policy, 'pending');
    }
    if (input.type === 'exited') this.#exits(input, mode, nowMs);
    if (!('id' in input)) return;
    const view = this.#view(input.id);
    if (input.type === 'started' && this.#isUp(view)) view.state = 'running';
    if (input.type === 'startFailed') this.#over(view, 'open');
    if (input.type === 'terminated') this.#over(view, 'gone');
    if (input.type === 'remove') {
      view.isDoomed = true;
      if (view.ordered === 'halt') view.ordered = 'stop';
    }
    if (input.type === 'timer' && view.timer === input.token) view.timer = null;
  }

  /** After the step. */
  effects(
    effects: readonly SupervisorEffect[],
    input: SupervisorInput,
    mode: SupervisorMode,
    nowMs: number,
  ): void {
    for (const effect of effects) {
      assert(this.endCount === 0, () => `${effect.type} after the last effect`);
      if ('id' in effect) this.#effect(this.#view(effect.id), effect, input, mode, nowMs);
      else if (effect.type === 'ready') this.#ready(nowMs);
      else this.#end();
    }
    if (this.#escalates === null) return;
    const isStopping = mode === 'stopping' || mode === 'over';
    assert(isStopping === this.#escalates, () => `intensity: ${mode} at ${nowMs}`);
  }

  #effect(
    view: View,
    effect: Extract<SupervisorEffect, { readonly id: ChildId }>,
    input: SupervisorInput,
    mode: SupervisorMode,
    nowMs: number,
  ): void {
    const says = (text: string) => () => `${effect.type} of ${view.id} (${view.state}): ${text}`;
    const others = [...this.views.values()].filter((other) => other !== view);
    switch (effect.type) {
      case 'start':
        assert(view.state === 'pending', says('not pending'));
        assert(
          others.every((o) => o.state !== 'pending' || o.order > view.order),
          says('order'),
        );
        view.state = 'starting';
        return;
      case 'discard':
        assert(view.state === 'pending', says('not pending'));
        view.state = 'gone';
        return;
      case 'restart':
        assert(view.state === 'open' && !view.isDoomed, says('not wanted'));
        assert(mode === 'running' || this.#wasStarting, says('while stopping'));
        assert(view.policy.restart !== 'temporary', says('temporary'));
        assert(nowMs >= view.notBeforeMs, says('before its delay'));
        if (this.#isGroup) {
          assert(!others.some((o) => o.state === 'restarting' && !o.ordered), says('not in turn'));
          assert(!others.some((o) => o.state === 'open' && o.order < view.order), says('order'));
          assert(!others.some((o) => o.isDue || o.ordered === 'halt'), says('members still live'));
        }
        view.state = 'restarting';
        return;
      case 'release':
        assert(view.state === 'open', says('nothing open'));
        view.state = 'releasing';
        return;
      case 'arm':
        assert(view.timer === null, says('armed twice'));
        view.timer = effect.token;
        return;
      case 'cancel':
        assert(view.timer === effect.token, says('not armed'));
        view.timer = null;
        return;
      case 'kill':
        if (view.ordered !== null) {
          assert(input.type === 'timer' && input.id === view.id, says('no deadline passed'));
          // A halt turns into a stop in silence when the turn of its child comes in the end.
          const isHalt = view.ordered === 'halt' && effect.outcome === 'suspend';
          const isStop = view.ordered === 'stop' || mode === 'stopping';
          assert(isHalt || (isStop && effect.outcome === 'terminate'), says('wrong end'));
          return;
        }
        assert(view.policy.shutdownMs === 'kill', says('without an order'));
        this.#order(view, effect.outcome === 'suspend' ? 'halt' : 'stop', input, mode);
        return;
      default:
        this.#order(view, effect.type, input, mode);
    }
  }

  #order(view: View, how: 'halt' | 'stop', input: SupervisorInput, mode: SupervisorMode): void {
    const says = (text: string) => () => `${how} of ${view.id} (${view.state}): ${text}`;
    const others = [...this.views.values()].filter((other) => other !== view);
    assert(this.#isUp(view) && view.ordered === null, says('not due'));
    if (how === 'halt') {
      assert(this.#isGroup && view.isDue && view.policy.restart !== 'temporary', says('no member'));
      assert(mode === 'running', says('while stopping'));
    }
    const isAsked = input.type === 'remove' && input.id === view.id;
    if (!isAsked && mode === 'running') {
      assert(view.isDue, says('no member'));
      assert(!others.some((o) => o.isDue && o.order > view.order), says('order'));
      const isLater = (o: View) => o.order > view.order && o.ordered === 'halt';
      assert(!others.some(isLater), says('not in turn'));
    }
    if (!isAsked && mode === 'stopping') {
      assert(!others.some((o) => o.state !== 'gone' && o.order > view.order), says('order'));
    }
    view.ordered = how;
    view.isDue = false;
  }

  #end(): void {
    this.endCount++;
    for (const view of this.views.values()) {
      assert(view.state === 'gone' && view.timer === null, () => `end before child ${view.id}`);
    }
  }

  /** The rule of the restart intensity, in its plain form. */
  #exits(
    { ids, reason }: Extract<SupervisorInput, { type: 'exited' }>,
    mode: SupervisorMode,
    nowMs: number,
  ): void {
    const failed: View[] = [];
    for (const view of ids.map((id) => this.#view(id))) {
      const isFailure = view.state === 'running' || view.state === 'restarting';
      const isWanted = BACK[view.policy.restart].includes(reason.type);
      if (isFailure && view.ordered === null && !view.isDue && isWanted) failed.push(view);
      if (this.#isUp(view)) this.#over(view, 'open');
    }
    if (failed.length === 0 || mode === 'stopping' || mode === 'over') return;
    if (mode === 'starting') this.#deferred.push(failed);
    else this.#count(failed, nowMs);
  }

  #ready(nowMs: number): void {
    let floor = Number.POSITIVE_INFINITY;
    for (const failed of this.#deferred) {
      const left = failed.filter((view) => view.state === 'open' && view.order < floor);
      if (left.length === 0 || this.#escalates === true) continue;
      this.#count(left, nowMs);
      if (this.#policy.strategy === 'one-for-all') floor = -1;
      if (this.#policy.strategy === 'rest-for-one') floor = Math.min(...left.map((v) => v.order));
    }
  }

  #count(failed: readonly View[], nowMs: number): void {
    const { intensity, periodMs, strategy } = this.#policy;
    const inWindow = this.#allowedMs.filter((ms) => nowMs - ms <= periodMs);
    this.#escalates = inWindow.length >= intensity;
    if (this.#escalates) return;
    this.#allowedMs.push(nowMs);
    for (const view of failed) view.notBeforeMs = nowMs + (view.policy.backoff?.minMs ?? 0);
    const floor = Math.min(...failed.map((view) => view.order));
    for (const view of this.views.values()) {
      const isMember = strategy === 'one-for-all' || (this.#isGroup && view.order >= floor);
      if (isMember && this.#isUp(view) && view.ordered === null) view.isDue = true;
    }
  }

  get #isGroup(): boolean {
    return this.#policy.strategy !== 'one-for-one';
  }

  #isUp(view: View): boolean {
    return view.state === 'starting' || view.state === 'running' || view.state === 'restarting';
  }

  #over(view: View, state: 'open' | 'gone'): void {
    view.state = state;
    view.ordered = null;
    view.isDue = false;
  }

  #add(id: ChildId, policy: ChildPolicy, state: 'pending' | 'starting'): void {
    const order = this.views.size;
    this.views.set(id, {
      id,
      policy,
      order,
      state,
      ordered: null,
      isDue: false,
      isDoomed: false,
      notBeforeMs: 0,
      timer: null,
    });
  }

  #view(id: ChildId): View {
    const view = this.views.get(id);
    assert(view !== undefined, () => `child ${id} is unknown`);
    return view;
  }
}
