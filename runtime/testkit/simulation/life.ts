import { ActorContext } from '../../actor/actor-context.js';
import type { ActorThread } from '../../worker/actor-thread.js';
import type { VirtualTime } from './virtual-time.js';

/** The notices that an incarnation can get of one actor: usually one, in one of two forms. */
export interface OpenWatch {
  /** Through the hook `terminated`. */
  hooks: number;
  /** As a message of its own. */
  messages: number;
  /** How the last watch wants to be told. */
  withMessage: boolean;
}

/** One incarnation of a simulated actor, as its own code knows it. */
export class Life {
  readonly node: number;
  readonly incarnation: number;
  readonly context: ActorContext;
  readonly actors: ActorThread;
  readonly watching = new Map<number, OpenWatch>();
  /** Actors that it watches and whose thread has died since. */
  readonly watchesOverDeath = new Set<number>();
  /** Actors that it has linked, in the incarnations that they had then. */
  readonly linked = new Map<number, Life | null>();
  /** Actors that it has unlinked. */
  readonly unlinked = new Set<number>();
  /** Timers that may fire: the token of the last setting of each key, and when it is due. */
  readonly timers = new Map<string, { readonly token: number; dueMs: number }>();
  /** Children that it has spawned. */
  readonly children: number[] = [];
  /** Turns that are open now. */
  openTurns = 0;
  /** A signal to end has been given to it, which no message may overtake. */
  isOrdered = false;
  /** Its `stopped` hook has been called. */
  isStopped = false;
  beganStep = 0;
  /** The step of that. */
  stoppedStep = Number.POSITIVE_INFINITY;
  isThreadDead = false;
  /** When it was found to be over; -1 before. */
  overMs = -1;
  /** When its supervisor has told it to end; -1 before. */
  orderedMs = -1;
  /** How long handlers had hogged threads by then. */
  hoggedMs = 0;
  /** Why it has stopped. */
  endType = '';
  /** It has taken on the behaviour that knows fewer messages. */
  hasClosed = false;
  receiveTimeoutMs = 0;
  lastMessageMs = 0;
  openAsks = 0;
  beats = 0;

  constructor(node: number, context: ActorContext, actors: ActorThread) {
    this.node = node;
    this.incarnation = context.incarnation;
    this.context = context;
    this.actors = actors;
  }

  /** Its supervisor tells it to end: the first time counts. */
  ordered({ nowMs, hoggedMs }: VirtualTime): void {
    if (this.orderedMs >= 0) return;
    this.orderedMs = nowMs;
    this.hoggedMs = hoggedMs;
  }

  /** True when this incarnation is over: nothing it does has an effect any more. */
  get isOver(): boolean {
    return this.isThreadDead || ActorContext.cellOf(this.context) === null;
  }
}
