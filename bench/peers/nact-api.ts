import { loadPeer } from './installed.js';

/** The part of nact that is used. Each message takes one `setImmediate` and one `await`. */
export interface Nact {
  start(): NactRef;
  spawn<S, M>(
    parent: NactRef,
    behaviour: (state: S | undefined, message: M, context: { readonly self: NactRef }) => S,
    name?: string,
  ): NactRef;
  dispatch(to: NactRef, message: unknown): void;
  stop(actor: NactRef): void;
}

/** A reference to an actor, or to a system as the parent of actors. */
export type NactRef = { readonly nactReference: unique symbol };

/** nact, and a system that has been started. */
export interface NactSystem {
  readonly nact: Nact;
  readonly system: NactRef;
}

let lastName = 0;

/** A name for an actor that no other has: those that nact makes up are random, and may meet. */
export function freshName(): string {
  lastName++;
  return `a${lastName}`;
}

export async function startNact(): Promise<NactSystem> {
  const nact = await loadPeer<Nact>('nact');
  return { nact, system: nact.start() };
}
