import type { Address } from '../../ref/address.js';
import type { Life } from './life.js';
import type { Spawn } from './program.js';

/** One simulated actor, over all its incarnations. */
export interface Node {
  readonly number: number;
  readonly address: Address;
  readonly spawn: Spawn;
  /** The incarnation that spawned it; null for the program outside. */
  readonly parent: Life | null;
  /** The latest incarnation. */
  life: Life | null;
  childId: number;
  hasStarted: boolean;
  /** Somebody has ordered its end for good. */
  isUnwanted: boolean;
  lastEndMs: number;
  /** When a message for it became a dead letter because there is no such actor; -1 if never. */
  missedMs: number;
  /** One of its incarnations has put a message aside. */
  hasStashed: boolean;
  /** When its restart began to wait for orphans; -1 if it does not. */
  gatedMs: number;
}

/** What stands for the address of an actor that nobody has learned: no actor has generation 0. */
export function nowhere(creator: number): Address {
  return { thread: 0, creator, slot: 0, generation: 0 };
}

/** True while nobody has learned where the actor is. */
export function isNowhere({ address }: Node): boolean {
  return address.generation === 0;
}

/** An actor that has just been spawned. */
export function makeNode(
  number: number,
  address: Address,
  spawn: Spawn,
  parent: Life | null,
): Node {
  return {
    number,
    address,
    spawn,
    parent,
    life: null,
    childId: 0,
    hasStarted: false,
    isUnwanted: false,
    lastEndMs: 0,
    missedMs: -1,
    hasStashed: false,
    gatedMs: -1,
  };
}
