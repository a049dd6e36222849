import { EXIT_TYPES } from '../../runtime/actor/exit-reason.js';
import { assert } from '../../runtime/base/assert.js';
import { SeededRandom } from '../../runtime/base/random.js';
import type { ChildPolicy } from '../../runtime/supervision/child-policy.js';
import type { SupervisorPolicy } from '../../runtime/supervision/strategy.js';
import { SupervisorCore } from '../../runtime/supervision/supervisor-core.js';
import type {
  SupervisorEffect,
  SupervisorInput,
} from '../../runtime/supervision/supervisor-protocol.js';
import { FakeCell } from './fake-cell.js';
import { Oracle } from './oracle.js';
import { PlainChild } from './plain-child.js';
import { REASONS } from './trace.js';

type Timer = Extract<SupervisorEffect, { type: 'arm' }> & { readonly dueMs: number };

/** A supervisor among cells that answer late, fail at any time and die together, watched by an oracle. */
export class FakeWorld {
  readonly core: SupervisorCore;
  readonly oracle: Oracle;
  readonly cells: FakeCell[] = [];
  readonly #policies: readonly ChildPolicy[];
  readonly #timers = new Map<number, Timer>();
  readonly #cancelled: Timer[] = [];
  readonly #random: SeededRandom;
  #nowMs = 0;

  constructor(policy: SupervisorPolicy, policies: readonly ChildPolicy[], seed: number) {
    this.#random = new SeededRandom(seed);
    this.#policies = policies;
    this.core = new SupervisorCore(policy, this.#random);
    this.oracle = new Oracle(policy);
  }

  step(input: SupervisorInput): void {
    this.oracle.input(input, this.core.mode, this.#nowMs);
    const effects = this.#tookShort(input) ? [] : this.core.step(input, this.#nowMs);
    this.oracle.effects(effects, input, this.core.mode, this.#nowMs);
    for (const effect of effects) {
      if (effect.type === 'arm') {
        this.#timers.set(effect.token, { ...effect, dueMs: this.#nowMs + effect.delayMs });
      } else if (effect.type === 'cancel') {
        this.#cancelled.push(this.#timers.get(effect.token)!);
        this.#timers.delete(effect.token);
      } else if ('id' in effect) this.cells[effect.id]!.inbox.push(effect);
    }
  }

  /** Half of what can take the short way does. */
  #tookShort(input: SupervisorInput): boolean {
    switch (input.type) {
      case 'add':
        return this.#random.below(2) === 0 && this.core.tookShort('add', input.child);
      case 'started':
      case 'terminated': {
        const child = this.core.childOf(input.id);
        if (child === undefined || this.#random.below(2) === 0) return false;
        return this.core.tookShort(input.type, child);
      }
      default:
        return false;
    }
  }

  declare(count: number): void {
    const children = Array.from({ length: count }, () => {
      const { id, policy } = this.#newCell('pending');
      return new PlainChild(id, policy);
    });
    this.step({ type: 'addDeclared', children });
  }

  add(): void {
    if (this.core.mode === 'over') return;
    const { id, policy } = this.#newCell('init');
    this.step({ type: 'add', child: new PlainChild(id, policy) });
  }

  /** One thing that can happen, chosen by chance. `tameness` 0 to 1 is the share of cells that behave well. */
  happen(tameness: number): void {
    const isTame = this.#random.next() < tameness;
    const choice = this.#random.below(100);
    const cell = this.cells[this.#random.below(this.cells.length || 1)];
    if (choice < 4) this.add();
    else if (cell === undefined) return;
    else if (choice < 30) cell.receive();
    else if (choice < 60) this.#report(cell);
    else if (choice < 70) cell.initialise(isTame);
    else if (choice < 80) cell.finish(isTame);
    else if (choice < 87) {
      if (!isTame) cell.endBySelf(REASONS[EXIT_TYPES[this.#random.below(4)]!], choice % 2 === 0);
    } else if (choice < 89) {
      if (!isTame) this.#threadDies();
    } else if (choice < 90) this.step({ type: 'remove', id: cell.id });
    else if (choice < 92) this.#staleTimer();
    else this.#pass(this.#random.below(12));
  }

  /** Lets everybody answer, nobody fail, and time pass, until nothing is left to happen. */
  settle(): void {
    for (let rounds = 0; ; rounds++) {
      assert(rounds < 10_000, () => 'the world does not come to rest');
      for (const cell of this.cells) {
        cell.receive();
        if (cell.state === 'init') cell.initialise(true);
        // Some need the kill.
        if (cell.id % 3 > 0 || typeof cell.policy.shutdownMs !== 'number') cell.finish(true);
        this.#report(cell);
      }
      if (this.cells.some((cell) => cell.inbox.length + cell.outbox.length > 0)) continue;
      if (this.#timers.size === 0) return;
      this.#pass(1000);
    }
  }

  #newCell(state: 'pending' | 'init'): FakeCell {
    const policy = this.#policies[this.#random.below(this.#policies.length)]!;
    const cell = new FakeCell(this.cells.length, policy, state);
    this.cells.push(cell);
    return cell;
  }

  #report(cell: FakeCell): void {
    const report = cell.outbox.shift();
    if (report !== undefined) this.step(report);
  }

  #threadDies(): void {
    const dying = this.cells.filter((cell) => cell.isAlive && this.#random.below(3) === 0);
    for (const cell of dying) while (cell.outbox.length > 0) this.#report(cell);
    if (dying.length === 0) return;
    // The report of a thread may name cells whose end is long known.
    const known = this.cells.filter(
      ({ state, inbox, outbox }) =>
        (state === 'suspended' || state === 'gone') && inbox.length + outbox.length === 0,
    );
    for (const cell of dying) cell.die();
    const ids = [...known, ...dying].map(({ id }) => id);
    this.step({ type: 'exited', ids, reason: REASONS.failed });
  }

  #pass(deltaMs: number): void {
    this.#nowMs += deltaMs;
    for (const timer of [...this.#timers.values()]) {
      // A timer cancelled by one before it in this very turn stays cancelled.
      if (timer.dueMs > this.#nowMs || !this.#timers.delete(timer.token)) continue;
      this.#fire(timer);
    }
  }

  #staleTimer(): void {
    const timer = this.#cancelled[this.#random.below(this.#cancelled.length || 1)];
    if (timer !== undefined) this.#fire(timer);
  }

  #fire({ id, kind, token }: Timer): void {
    this.step({ type: 'timer', id, kind, token });
  }
}
