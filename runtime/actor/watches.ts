import type { AnyRef } from '../ref/actor-ref.js';

/** A watch of one incarnation on another actor; `message` replaces the hook when it was given. */
export interface Watch {
  readonly actor: AnyRef;
  readonly message: unknown;
}

/** A link of one incarnation to another actor. */
export interface Link {
  readonly peer: AnyRef;
  /** Of the peer's thread when they were linked: the death of that thread breaks the link. */
  readonly serial: number;
}

/**
 * Who watches and who is linked, seen from one actor. `watching` and `links` belong to the
 * incarnation; `watchers` belong to the cell, because a restart is not the end of an actor.
 */
export class Watches {
  /** Those who want to hear of this actor's end, by the id of their reference. */
  readonly watchers = new Map<string, AnyRef>();
  /** Serials of their threads, by the same ids. */
  readonly serials = new Map<string, number>();
  readonly watching = new Map<string, Watch>();
  readonly links = new Map<string, Link>();
}
