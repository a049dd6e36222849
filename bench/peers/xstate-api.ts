import { loadPeer } from './installed.js';

/** An actor of XState 5 whose logic is a transition function: the cheapest kind. */
export interface XActor<S, E> {
  start(): XActor<S, E>;
  send(event: E): void;
  stop(): void;
  getSnapshot(): { readonly context: S };
}

/** The logic of such an actor: opaque. */
export type XLogic<S, E> = { readonly logicOf?: (state: S, event: E) => S };

/** The part of XState that is used. */
export interface XState {
  createActor<S, E>(logic: XLogic<S, E>): XActor<S, E>;
  fromTransition<S, E>(
    transition: (state: S, event: E, scope: { readonly self: XActor<S, E> }) => S,
    initial: S,
  ): XLogic<S, E>;
}

export function loadXState(): Promise<XState> {
  return loadPeer<XState>('xstate');
}
