import type { ActorCell } from '../actor/actor-cell.js';
import { failed, KILLED, SHUTDOWN } from '../actor/exit-reason.js';
import type { Signal } from '../actor/signals.js';
import { TroupeError } from '../base/errors.js';
import type { AnyRef } from '../ref/actor-ref.js';
import type { Address } from '../ref/address.js';
import type { ActorThread } from './actor-thread.js';
import { holdBack, isHeldBack } from './hold-back.js';
import type { ThreadSignal } from './thread-signals.js';

/** The creator of the address of a thread as such: serials count from 1. */
const THREAD_ITSELF = 0;

/**
 * Carries signals: to actors here and elsewhere, and to threads as such. Signals to an actor that is not
 * here any more are answered as the sender needs it.
 */
export class SignalOffice {
  readonly #thread: ActorThread;

  constructor(thread: ActorThread) {
    this.#thread = thread;
  }

  /** To an actor anywhere. */
  toActor(to: AnyRef, signal: Signal): void {
    const thread = this.#thread;
    // One that is passed on, because its actor has just ended, keeps the serial of its sender.
    if (signal.type === 'watch' || signal.type === 'link') signal.serial ??= thread.serial;
    if (to.thread === thread.thread) this.#deliver(to, signal);
    else if (!thread.isClosed) thread.mesh.to(to.thread)?.signal(to, signal);
  }

  /** To a thread as such, this one included. */
  toThread(member: number, signal: ThreadSignal): void {
    const thread = this.#thread;
    if (member === thread.thread) {
      thread.takeThreadSignal(member, signal);
    } else {
      const to = { thread: member, creator: THREAD_ITSELF, slot: 0, generation: 0 };
      thread.mesh.to(member)?.signal(to, signal);
    }
  }

  arrived(from: number, to: Address, signal: Signal | ThreadSignal): void {
    if (to.creator === THREAD_ITSELF) {
      this.#thread.takeThreadSignal(from, signal as ThreadSignal);
    } else {
      this.#deliver(to, signal as Signal);
    }
  }

  /** A watch that its thread had sent before it died: the incarnation that watched is no more. */
  #isOfDead({ watcher, serial = Number.POSITIVE_INFINITY }: WatchSignal): boolean {
    return serial <= this.#thread.recovery.deadSerial(watcher.thread);
  }

  /** What waits for its actor is not overtaken by what comes once the actor is there: an `unwatch` counts last. */
  #deliver(to: Address, signal: Signal): void {
    const thread = this.#thread;
    const { cells, recovery } = thread;
    const cell = cells.get(to);
    // Asked again when it has waited: its thread may have died meanwhile.
    if (signal.type === 'watch' && this.#isOfDead(signal)) return;
    if (cell === undefined || isHeldBack(thread, to)) {
      const retry = (): void => this.#deliver(to, signal);
      if (cell === undefined && isOrder(signal)) this.#unknown(to, signal);
      else if (!holdBack(thread, to, retry)) this.#unknown(to, signal);
    } else if (isEnd(signal) && recovery.withdraws(to)) {
      this.#endUnstarted(cell, signal);
    } else if (!isBegin(signal) || !recovery.gates(to, () => this.#deliver(to, signal))) {
      cell.signal(signal);
    }
  }

  /** An order to end an incarnation whose restart still waited: there is none to end. */
  #endUnstarted(cell: ActorCell, signal: EndSignal): void {
    const isFinal = signal.type === 'stop' || (signal.type === 'kill' && signal.final);
    const reason = signal.type === 'kill' ? KILLED : SHUTDOWN;
    if (isFinal) cell.signal({ type: 'release', reason });
    else if (cell.parent !== null) {
      this.toActor(cell.parent, { type: 'child-exited', child: cell.origin.id, reason });
    }
  }

  /** The actor is gone, or was never there. */
  #unknown(to: Address, signal: Signal): void {
    const thread = this.#thread;
    switch (signal.type) {
      case 'watch':
        this.toActor(signal.watcher, {
          type: 'terminated',
          actor: thread.makeRef(to, undefined),
          reason: failed(signal.lost ?? gone(to, 'watched')),
        });
        break;
      case 'link':
        this.toActor(signal.peer, {
          type: 'link-exit',
          peer: thread.makeRef(to, undefined),
          reason: failed(gone(to, 'linked')),
        });
        break;
      case 'resolve':
      case 'inspect':
        thread.post.reply(signal.replyTo, undefined);
        break;
      default:
        // Orders and reports that crossed the end of their actor: it needs them no more.
        break;
    }
  }
}

/**
 * What a supervisor tells its child. One that was sent before the child's thread died is void: the
 * supervisor decides anew.
 */
function isOrder(signal: Signal): boolean {
  switch (signal.type) {
    case 'stop':
    case 'halt':
    case 'kill':
    case 'restart':
    case 'begin':
    case 'release':
      return true;
    default:
      return false;
  }
}

type WatchSignal = Extract<Signal, { type: 'watch' }>;
type EndSignal = Extract<Signal, { type: 'stop' | 'halt' | 'kill' }>;

function isEnd(signal: Signal): signal is EndSignal {
  return signal.type === 'stop' || signal.type === 'halt' || signal.type === 'kill';
}

/** An incarnation is to begin: not before those of the dead thread and their children are gone. */
function isBegin({ type }: Signal): boolean {
  return type === 'restart' || type === 'begin';
}

function gone(to: Address, what: string): TroupeError {
  return new TroupeError('ERR_NO_SUCH_ACTOR', {
    what: `the actor was not alive when it was ${what}`,
    where: `thread ${to.thread}`,
  });
}
