import { MAIN_THREAD } from '../../worker/thread-config.js';
import type { Situation } from './coverage.js';
import { type Fault, faultKinds, type Program } from './program.js';
import type { Strand } from './strand.js';
import type { World } from './world.js';

const SLOW_WEIGHT = 0.03;

const MET: Readonly<Partial<Record<Fault['do'], Situation>>> = {
  stall: 'a thread is stalled',
  'pause-clock': 'the clock of a thread pauses',
  slow: 'a thread is slow',
  'late-bell': 'a bell is late',
};

/** Makes the faults of a program happen, each at its step. */
export class FaultInjector {
  readonly #world: World;
  readonly #faults: Fault[];
  /** Faults that happened, by kind. */
  readonly counts = new Map<Fault['do'], number>();

  constructor(world: World) {
    this.#world = world;
    this.#faults = [...world.program.faults];
  }

  /** Called before each step. */
  apply(step: number): void {
    while (this.#faults.length > 0 && this.#faults[0]!.atStep <= step)
      this.strike(this.#faults.shift()!);
  }

  /** Makes a fault happen now; where there is no such thread, nothing does. */
  strike(fault: Omit<Fault, 'atStep'>): void {
    const { machine, program } = this.#world;
    const { threads, pinnedThreads } = program.settings;
    const isDeath = fault.do === 'kill' || fault.do === 'kill-at-work';
    const member = isDeath
      ? 1 + ((fault.member - 1) % (threads + pinnedThreads))
      : fault.member % (1 + threads + pinnedThreads);
    const strand = member === MAIN_THREAD ? machine.main : machine.host?.threadOf(member)?.strand;
    if (strand === undefined) return;
    this.#world.note(member, `FAULT ${fault.do} ${fault.amount}`);
    this.counts.set(fault.do, (this.counts.get(fault.do) ?? 0) + 1);
    const situation = MET[fault.do];
    if (situation !== undefined) this.#world.met(situation);
    this.#befall(fault, member, strand);
  }

  #befall(fault: Omit<Fault, 'atStep'>, member: number, strand: Strand): void {
    const { machine } = this.#world;
    switch (fault.do) {
      case 'kill':
        this.#world.met('a thread dies between turns');
        machine.host!.died(machine.host!.threadOf(member)!, new Error('a fault of the simulation'));
        break;
      case 'kill-at-work':
        strand.killIn = fault.amount;
        break;
      case 'stall':
        strand.stalledUntilMs = machine.time.nowMs + fault.amount;
        break;
      case 'pause-clock':
        strand.clock.pause(fault.amount);
        break;
      case 'slow':
        strand.weight = SLOW_WEIGHT;
        machine.time.after(fault.amount, () => {
          strand.weight = 1;
        });
        break;
      case 'late-bell':
        machine.lateBells.set(member, fault.amount);
        break;
    }
  }
}

/** Then the window of a budget is not that of the one virtual time. */
export function hasPausedClock(program: Program): boolean {
  return faultKinds(program).includes('pause-clock');
}

/** Threads may die, but none is slow or late: then limits of time mean something. */
export function isPunctual(program: Program): boolean {
  return faultKinds(program).every((what) => what === 'kill' || what === 'kill-at-work');
}
