import { type ExitReason, failed, KILLED, SHUTDOWN } from '../../runtime/actor/exit-reason.js';
import { wantsRestart } from '../../runtime/actor/restart-type.js';
import { assert } from '../../runtime/base/assert.js';
import type { ChildPolicy } from '../../runtime/supervision/child-policy.js';
import type {
  ChildId,
  SupervisorEffect,
  SupervisorInput,
} from '../../runtime/supervision/supervisor-protocol.js';

const CRASH = failed(new Error('crash'));

/**
 * A cell as a supervisor meets it: effects arrive late, reports leave late, both in order. It complains of
 * verdicts it does not wait for.
 */
export class FakeCell {
  readonly id: ChildId;
  readonly policy: ChildPolicy;
  readonly inbox: SupervisorEffect[] = [];
  readonly outbox: SupervisorInput[] = [];
  state: 'pending' | 'init' | 'live' | 'ending' | 'suspended' | 'gone';
  #endsFor: 'suspend' | 'terminate' = 'suspend';
  #hasStarted = false;

  constructor(id: ChildId, policy: ChildPolicy, state: 'pending' | 'init') {
    this.id = id;
    this.policy = policy;
    this.state = state;
  }

  get isAlive(): boolean {
    return this.state === 'init' || this.state === 'live' || this.state === 'ending';
  }

  /** Carries out the oldest effect. */
  receive(): void {
    const effect = this.inbox.shift();
    switch (effect?.type) {
      case 'start':
        this.#begin('pending');
        return;
      case 'restart':
        this.#begin('suspended');
        return;
      case 'release':
        assert(this.state === 'suspended', () => `release of ${this.id} while ${this.state}`);
        this.#terminated(effect.reason);
        return;
      case 'halt':
      case 'stop':
        if (!this.isAlive) return;
        assert(this.state !== 'ending', () => `${effect.type} of ${this.id} came twice`);
        this.state = 'ending';
        this.#endsFor = effect.type === 'halt' ? 'suspend' : 'terminate';
        return;
      case 'kill':
        if (!this.isAlive) return;
        if (effect.outcome === 'terminate') this.#terminated(KILLED);
        else this.#exited(KILLED);
        return;
      default:
    }
  }

  /** Finishes an initialisation. */
  initialise(isGood: boolean): void {
    if (this.state !== 'init') return;
    if (isGood) {
      this.state = 'live';
      this.outbox.push({ type: 'started', id: this.id });
    } else if (this.#hasStarted) {
      this.#exited(CRASH);
      return;
    } else {
      this.state = 'suspended';
      this.outbox.push({ type: 'startFailed', id: this.id, error: new Error('init') });
    }
    this.#hasStarted = true;
  }

  /** Ends by itself; reports the end or, if it knows the verdict and wants to, only that it is gone. */
  endBySelf(reason: ExitReason, isKnowing: boolean): void {
    if (this.state !== 'live') return;
    if (isKnowing && !wantsRestart(this.policy.restart, reason)) this.#terminated(reason);
    else this.#exited(reason);
  }

  /** Finishes an ordered end. */
  finish(isGood: boolean): void {
    if (this.state !== 'ending') return;
    const reason = isGood ? SHUTDOWN : CRASH;
    if (this.#endsFor === 'suspend') this.#exited(reason);
    else this.#terminated(reason);
  }

  /** Dies with its thread, which reports for it. */
  die(): void {
    this.state = 'suspended';
    this.#hasStarted = true;
  }

  #begin(from: 'pending' | 'suspended'): void {
    assert(this.state === from, () => `start of ${this.id} while ${this.state}`);
    this.state = 'init';
    if (from === 'suspended') this.#hasStarted = true;
  }

  #exited(reason: ExitReason): void {
    this.state = 'suspended';
    this.outbox.push({ type: 'exited', ids: [this.id], reason });
  }

  #terminated(reason: ExitReason): void {
    this.state = 'gone';
    this.outbox.push({ type: 'terminated', id: this.id, reason });
  }
}
